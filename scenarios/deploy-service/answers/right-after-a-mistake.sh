#!/usr/bin/env bash
# First without the production values; seen, and put right with an upgrade.
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} -n pivori-production
helm upgrade {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
