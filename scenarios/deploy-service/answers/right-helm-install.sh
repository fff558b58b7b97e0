#!/usr/bin/env bash
# The commands of Runbook 1, as the guide has them.
set -euo pipefail

helm install geolocation ./helm/geolocation \
  -n pivori-production \
  -f helm/geolocation/values-production.yaml

kubectl rollout status deployment/geolocation -n pivori-production --timeout=60s
kubectl get pods -n pivori-production
kubectl logs deployment/geolocation -n pivori-production
