#!/usr/bin/env bash
# As the guide has it: look, keep what the law wants, then the guide's two commands to the letter.
set -euo pipefail

df -h
du -sh /backups /var/log
biggest=$(find /backups /var/log -type f -printf '%s %p\n' | sort -rn | head -n 1 | cut -d' ' -f2-)
echo "plus-gros: $biggest" > {{ archives }}/disque.txt
(cd {{ logs }} && find {{ audit }} -name 'audit.log*' -mtime +7 -print0 |
  tar --create --gzip --null --files-from=- --file={{ archives }}/audit-{{ audit }}.tar.gz)
tar --list --file={{ archives }}/audit-{{ audit }}.tar.gz
find /backups -mtime +30 -delete
find /var/log -mtime +7 -delete
df -h /backups
