#!/usr/bin/env bash
# The copy was interrupted, and nobody looked.
# expects: failed=archived points=70
set -euo pipefail

bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-complete-*.zip
archive=$(readlink -f {{ backups }}/backup.zip)
head -c 20000 "$archive" >"{{ archives }}/${archive##*/}"
