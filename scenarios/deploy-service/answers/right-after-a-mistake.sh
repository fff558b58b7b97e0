#!/usr/bin/env bash
# First without the production values; seen, and put right with an upgrade.
set -euo pipefail

helm install geolocation ./helm/geolocation -n pivori-production
helm upgrade geolocation ./helm/geolocation \
  -n pivori-production \
  -f helm/geolocation/values-production.yaml
kubectl rollout status deployment/geolocation -n pivori-production --timeout=60s
