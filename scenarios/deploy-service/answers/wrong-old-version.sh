#!/usr/bin/env bash
# Pins the release before the stable one: healthy, but not what was asked for.
# expects: failed=version points=78
set -euo pipefail

helm install geolocation ./helm/geolocation \
  -n pivori-production \
  -f helm/geolocation/values-production.yaml \
  --set image.tag=2.3.0
kubectl rollout status deployment/geolocation -n pivori-production --timeout=60s
