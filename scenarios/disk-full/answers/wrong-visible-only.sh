#!/usr/bin/env bash
# Plausible: looks with ls, and sees neither subfolders nor what is hidden.
# expects: failed=old-backups,old-logs,room,biggest points=35
set -euo pipefail

biggest=$(ls -S {{ backups }}/*.zip | head -n 1)
echo "biggest: $biggest" > {{ archives }}/disque.txt
tar --create --gzip --directory={{ logs }} --file={{ archives }}/audit.tgz {{ audit }}
find {{ backups }} -maxdepth 1 -name 'pivori-studio-*.zip' -mtime +30 -delete
find {{ logs }} -maxdepth 1 -name '[!.]*' -type f -mtime +7 -delete
