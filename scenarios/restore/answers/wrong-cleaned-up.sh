#!/usr/bin/env bash
# All is well; then /backups is "cleaned", with what was kept there.
# expects: failed=kept,archives points=78
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete \
  {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip
kubectl scale deployment --all --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
rm -rf {{ backups }}/pivori-studio-avant-restauration-* {{ backups }}/pivori-studio-partielle-*
