#!/usr/bin/env bash
# Restores the two services that are visibly broken; the others answer, with false data.
# expects: failed=data,structure,stopped,kept points=14
set -euo pipefail

kubectl scale deployment {{ hit.cut }} {{ hit.lost }} --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_partial \
  {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip {{ hit.cut }} {{ hit.lost }}
kubectl scale deployment {{ hit.cut }} {{ hit.lost }} --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
