#!/usr/bin/env bash
# Plausible: believes the date in a name, deletes a young copy, and keeps an old one that claims to be of this week.
# expects: failed=old-backups,kept-backups points=73
set -euo pipefail

biggest=$(find {{ backups }} {{ logs }} -type f -printf '%s %p\n' | sort -rn | head -n 1 | cut -d' ' -f2-)
echo "biggest: $biggest" > {{ archives }}/disque.txt
tar --create --gzip --directory={{ logs }} --file={{ archives }}/audit.tgz {{ audit }}
limit=$(date --date='30 days ago' +%Y%m%d)
find {{ backups }} -type f | while read -r file; do
  day=$(grep -oE '[0-9]{8}' <<<"${file##*/}" || true)
  if [ -z "$day" ] || [ "$day" -lt "$limit" ]; then rm -- "$file"; fi
done
find {{ logs }} -type f -mtime +7 -delete
