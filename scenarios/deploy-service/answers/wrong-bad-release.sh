#!/usr/bin/env bash
# Takes a newer release, which crashes at its start, and does not look at the pods.
# expects: failed=pods-ready,version,production-values,logs-clean,health points=44
set -euo pipefail

helm install geolocation ./helm/geolocation \
  -n pivori-production \
  -f helm/geolocation/values-production.yaml \
  --set image.tag=2.5.0
