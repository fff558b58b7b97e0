#!/usr/bin/env bash
# Deploys well, and changes another service's configuration, which nobody notices before it restarts.
# expects: failed=nothing-else-changed points=90
set -euo pipefail

helm install geolocation ./helm/geolocation \
  -n pivori-production \
  -f helm/geolocation/values-production.yaml
kubectl patch configmap routing-config -n pivori-production \
  --type merge -p '{"data":{"ROUTING_PROFILE":"bike"}}'
kubectl rollout status deployment/geolocation -n pivori-production --timeout=60s
