#!/usr/bin/env bash
# Everything runs, but Helm knows nothing of it: no history, no rollback.
# expects: failed=release-in-history points=71
set -euo pipefail

helm template {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml |
  kubectl apply -n pivori-production -f -
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
