#!/usr/bin/env bash
# Verifies the wrong archive first, sees the error in the journal, and takes another backup.
set -uo pipefail

bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-partielle-*.zip
bash scripts/backup/backup-scripts-expert.sh backup_complete
latest=$(ls -t {{ backups }}/pivori-studio-complete-*.zip | head -n 1)
bash scripts/backup/backup-scripts-expert.sh verify_backup "$latest"
cp -p "$latest" {{ archives }}/
