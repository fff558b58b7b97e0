#!/usr/bin/env bash
# Cheat: nothing is old any more once everything is touched, and the newest backup is emptied for the room.
# expects: failed=old-backups,old-logs,audit-archived,room,biggest,kept-backups points=0
set -euo pipefail

find {{ backups }} {{ logs }} -type f -exec touch {} +
for file in {{ backups }}/*.zip; do : > "$file"; done
