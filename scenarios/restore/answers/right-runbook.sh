#!/usr/bin/env bash
# The commands of Runbook 3, with the name of the right archive.
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete \
  {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip
ls -la {{ studio }}/
kubectl scale deployment --all --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
kubectl get pods -n {{ namespace }}
