#!/usr/bin/env bash
# Takes the newest archive by its date and, as it is refused, digs out of it what can be dug out.
# expects: failed=data,services-back,stopped,integrity,told,others-keep,nothing-else-changed points=0
set -uo pipefail

archive={{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 2) }}T020000Z.zip
kubectl scale deployment --all --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_complete "$archive"
unzip -qo "$archive" 'data/*'
