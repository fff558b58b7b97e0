#!/usr/bin/env bash
# The commands of Runbook 1, as the guide has them.
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml

kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
kubectl get pods -n pivori-production
kubectl logs deployment/{{ service }} -n pivori-production
