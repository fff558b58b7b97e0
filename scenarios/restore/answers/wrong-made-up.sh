#!/usr/bin/env bash
# Starts the broken services anew with nothing in their stores, so that all look healthy.
# expects: failed=data,structure,stopped,kept points=14
set -euo pipefail

for service in {{ hit.cut }} {{ hit.lost }}; do
  printf '{"format": 1, "service": "%s", "records": {}}\n' "$service" >"data/$service/store.json"
done
kubectl rollout restart deployment {{ hit.cut }} {{ hit.lost }} -n {{ namespace }}
kubectl rollout status deployment {{ hit.cut }} -n {{ namespace }} --timeout=60s
