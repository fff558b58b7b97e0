#!/usr/bin/env bash
# Trusts that what was written can be read.
# expects: failed=verified points=70
set -euo pipefail

bash scripts/backup/backup-scripts-expert.sh backup_complete
cp {{ backups }}/pivori-studio-complete-*.zip {{ archives }}/
