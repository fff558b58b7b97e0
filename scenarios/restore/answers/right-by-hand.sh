#!/usr/bin/env bash
# Without the studio's script: a zip of what is there, and the archive's files copied into place.
set -euo pipefail

kubectl scale deployment --all --replicas=0 -n {{ namespace }}
kubectl wait pod --all --for=delete --timeout=60s -n {{ namespace }}
zip --quiet --recurse-paths {{ backups }}/avant-$(date -u +%H%M%S).zip data
work=$(mktemp -d)
unzip -q {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip -d "$work"
(cd "$work" && sha256sum --check --quiet SHA256SUMS)
for service in {{ services | join(" ") }}; do
  find "data/$service" -mindepth 1 -delete
  cp "$work/data/$service/store.json" "$work/data/$service/.seeded" "data/$service/"
  chmod 644 "data/$service/store.json" "data/$service/.seeded"
done
for service in {{ services | join(" ") }}; do
  kubectl scale deployment "$service" --replicas=1 -n {{ namespace }}
done
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
