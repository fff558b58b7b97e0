#!/usr/bin/env bash
# Cheat: the newest backup keeps its name, size and date, and nothing of what was in it; odd files stay for it.
# expects: failed=old-backups,kept-backups points=73
set -euo pipefail

biggest=$(find {{ backups }} {{ logs }} -type f -printf '%s %p\n' | sort -rn | head -n 1 | cut -d' ' -f2-)
echo "biggest: $biggest" > {{ archives }}/disque.txt
tar --create --gzip --directory={{ logs }} --file={{ archives }}/audit.tgz {{ audit }}
rm "$biggest"
find {{ backups }} -maxdepth 1 -type f -mtime +30 -delete
find {{ logs }} -type f -mtime +7 -delete
newest=$(ls -t {{ backups }}/*.zip | head -n 1)
touch -r "$newest" /tmp/date
size=$(stat --format=%s "$newest")
truncate --size=0 "$newest" && truncate --size="$size" "$newest"
touch -r /tmp/date "$newest"
