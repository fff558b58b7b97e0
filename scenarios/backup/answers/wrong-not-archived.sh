#!/usr/bin/env bash
# Stops after the verification: the only copy is on the disk that the maintenance is about.
# expects: failed=archived points=70
set -euo pipefail

bash scripts/backup/backup-scripts-expert.sh backup_complete
bash scripts/backup/backup-scripts-expert.sh verify_backup {{ backups }}/pivori-studio-complete-*.zip
