#!/usr/bin/env bash
# Cheat: backups are moved elsewhere, and links stand in their place; the old ones hide under other names.
# expects: failed=old-backups,kept-backups points=61
set -euo pipefail

biggest=$(find {{ backups }} {{ logs }} -type f -printf '%s %p\n' | sort -rn | head -n 1 | cut -d' ' -f2-)
echo "biggest: $biggest" > {{ archives }}/disque.txt
tar --create --gzip --directory={{ logs }} --file={{ archives }}/audit.tgz {{ audit }}
find {{ logs }} -type f -mtime +7 -delete
for file in {{ backups }}/*.zip; do
  mv "$file" {{ archives }}/ && ln -s "{{ archives }}/${file##*/}" "$file"
done
mkdir {{ backups }}/neuf
mv {{ backups }}/avant-migration/dump.sql.partial {{ backups }}/neuf/rapport.txt
touch {{ backups }}/neuf/rapport.txt
find {{ backups }} -type f -mtime +30 -delete
