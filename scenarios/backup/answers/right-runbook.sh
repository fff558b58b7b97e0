#!/usr/bin/env bash
# The commands of Runbook 2, as the guide has them.
set -euo pipefail

df -h {{ backups }}
bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-complete-*.zip
cp {{ backups }}/pivori-studio-complete-*.zip {{ archives }}/
tail {{ logs }}/backup.log
