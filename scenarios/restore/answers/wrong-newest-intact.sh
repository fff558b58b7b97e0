#!/usr/bin/env bash
# Takes the newest archive that verifies: it was made after the incident, and for most services it is what was there anyway.
# expects: failed=data,structure,stopped points=27
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete \
  {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 2) }}T220000Z.zip
kubectl scale deployment --all --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
