#!/usr/bin/env bash
# Deploys well, and changes another service's configuration, which nobody notices before it restarts.
# expects: failed=nothing-else-changed points=90
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml
kubectl patch configmap {{ "audio" if service == "routing" else "routing" }}-config -n pivori-production \
  --type merge -p '{"data":{"LOG_LEVEL":"ERROR"}}'
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
