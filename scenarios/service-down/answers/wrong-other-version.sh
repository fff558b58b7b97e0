#!/usr/bin/env bash
# A plausible mistake: another version in the Deployment. It runs, and it is not the one that was released.
# expects: failed=pods-back,endpoint,service-kept,nothing-else-changed points=46
set -euo pipefail

kubectl set image deployment/{{ service }} -n pivori-production \
  {{ service }}={{ services[service].image_of(services[service].good[-1]) }}
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
