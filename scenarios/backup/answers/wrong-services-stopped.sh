#!/usr/bin/env bash
# Stops the services "to have everything of one moment", and leaves them so.
# expects: failed=services,nothing-else-changed points=79
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-complete-*.zip
cp {{ backups }}/pivori-studio-complete-*.zip {{ archives }}/
