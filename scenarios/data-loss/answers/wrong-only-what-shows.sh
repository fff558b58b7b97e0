#!/usr/bin/env bash
# Restores the services that show errors, and does not see that others answer with samples.
# expects: failed=data,stopped,integrity,told points=40
set -euo pipefail

archive={{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip
kubectl scale deployment {{ lost.silent }} --replicas=0 -n {{ namespace }}
bash scripts/backup/backup-scripts-expert.sh restore_partial "$archive" {{ lost.silent }}
kubectl scale deployment {{ lost.silent }} --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
printf 'archive: %s\nservices: {{ lost.silent }}\n' "${archive##*/}" >message-equipe.txt
