#!/usr/bin/env bash
# Deploys well, and stops another service "to make room".
# expects: failed=other-services,nothing-else-changed points=78
set -euo pipefail

kubectl scale deployment {{ "audio" if service == "payment" else "payment" }} -n pivori-production --replicas=0
helm install {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
