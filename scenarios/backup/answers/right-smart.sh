#!/usr/bin/env bash
# Lets the script decide, names the archive by its link, and verifies the copy rather than the original.
set -euo pipefail

bash scripts/backup/run-tests.sh backup
bash scripts/backup/backup-scripts-expert.sh backup_smart
archive=$(readlink -f {{ backups }}/backup.zip)
install -m 0600 -t {{ archives }} "$archive"
bash scripts/backup/backup-scripts-expert.sh verify_backup "{{ archives }}/${archive##*/}"
cmp "$archive" "{{ archives }}/${archive##*/}"
