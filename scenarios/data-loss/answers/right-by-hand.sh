#!/usr/bin/env bash
# Without the studio's script: unzip says which archive is whole, and the files are copied.
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
kubectl wait pod --all --for=delete --timeout=60s -n {{ namespace }}
for archive in $(ls -r {{ backups }}/pivori-studio-complete-*.zip); do
  if unzip -tq "$archive"; then break; fi
done
for service in {{ services | join(" ") }}; do
  find "data/$service" -mindepth 1 -delete
done
unzip -q "$archive" 'data/*'
chmod 644 data/*/store.json data/*/.seeded
kubectl scale deployment --all --replicas=1 -n {{ namespace }}
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
printf 'Services: {{ (lost.restarted + " " + lost.silent).split() | join(" et ") }}\nSauvegarde: %s\n' \
  "${archive##*/}" >message-equipe.txt
