#!/usr/bin/env bash
# Goes back one day further than needed.
# expects: failed=data,structure points=43
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete \
  {{ backups }}/pivori-studio-complete-202511{{ "%02d" % day }}T220000Z.zip
kubectl scale deployment --all --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
