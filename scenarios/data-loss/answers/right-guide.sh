#!/usr/bin/env bash
# The commands of Emergency 3, as the guide has them, and the message.
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete {{ backups }}/backup.zip
kubectl scale deployment --all --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
cat >message-equipe.txt <<'NOTE'
archive: backup.zip
services: {{ (lost.silent + " " + lost.restarted).split() | join(", ") }}
NOTE
