#!/usr/bin/env bash
# Deployed well, then scaled to zero: nothing fails any more, because nothing runs.
# expects: failed=pods-ready,version,production-values,logs-clean,health points=44
set -euo pipefail

helm install geolocation ./helm/geolocation \
  -n pivori-production \
  -f helm/geolocation/values-production.yaml
kubectl scale deployment geolocation -n pivori-production --replicas=0
