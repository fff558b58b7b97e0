#!/usr/bin/env bash
# Types the guide's commands and forgets what had to be kept first.
# expects: failed=audit-archived points=73
set -euo pipefail

biggest=$(find {{ backups }} {{ logs }} -type f -printf '%s %p\n' | sort -rn | head -n 1 | cut -d' ' -f2-)
echo "biggest: $biggest" > {{ archives }}/disque.txt
find {{ backups }} -mtime +30 -delete
find {{ logs }} -mtime +7 -delete
