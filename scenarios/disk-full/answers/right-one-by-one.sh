#!/usr/bin/env bash
# Lists what there is with its age, zips the audit logs, and deletes file by file.
set -euo pipefail
shopt -s globstar dotglob nullglob

now=$(date +%s)
size=0
for file in {{ backups }}/** {{ logs }}/**; do
  [ -f "$file" ] || continue
  bytes=$(stat --format=%s "$file")
  if [ "$bytes" -gt "$size" ]; then size=$bytes biggest=$file; fi
done
printf '# Disque plein\n\n- **biggest**: `%s` (%s bytes)\n' "$biggest" "$size" > {{ archives }}/disque.txt

old() {
  [ -f "$1" ] && [ $(((now - $(stat --format=%Y "$1")) / 86400)) -gt "$2" ]
}

for file in {{ logs }}/{{ audit }}/audit.log*; do
  if old "$file" 7; then zip --quiet --junk-paths {{ archives }}/audit.zip "$file"; fi
done
for file in {{ backups }}/**; do
  if old "$file" 30; then rm -- "$file"; fi
done
for file in {{ logs }}/**; do
  if old "$file" 7; then rm -- "$file"; fi
done
df {{ backups }}
