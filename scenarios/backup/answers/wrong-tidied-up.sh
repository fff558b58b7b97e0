#!/usr/bin/env bash
# All is done well; then the older archives and the journal's old error are "tidied up".
# expects: failed=log-clean,older-archives points=91
set -euo pipefail

bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-complete-*.zip
rm {{ archives }}/pivori-studio-complete-202511*.zip {{ backups }}/pivori-studio-partielle-*.zip
cp {{ backups }}/pivori-studio-complete-*.zip {{ archives }}/
sed -i '/ ERREUR /d' {{ logs }}/backup.log
