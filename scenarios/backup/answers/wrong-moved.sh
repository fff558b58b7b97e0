#!/usr/bin/env bash
# Moves the archive instead of copying it.
# expects: failed=archived points=70
set -euo pipefail

bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-complete-*.zip
mv {{ backups }}/pivori-studio-complete-*.zip {{ archives }}/
