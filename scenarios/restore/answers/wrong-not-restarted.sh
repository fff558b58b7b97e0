#!/usr/bin/env bash
# Everything is restored, and the services stay stopped.
# expects: failed=data,services-back,stopped,nothing-else-changed points=21
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete \
  {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip
