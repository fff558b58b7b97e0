#!/usr/bin/env bash
# Restored and told, and the services stay stopped.
# expects: failed=data,services-back,stopped,others-keep,nothing-else-changed points=21
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete {{ backups }}/backup.zip
printf 'archive: backup.zip\nservices: {{ lost.silent }} {{ lost.restarted }}\n' >message-equipe.txt
