#!/usr/bin/env bash
# What a pipeline would type: idempotent, and Helm itself waits for the pods.
set -euo pipefail

helm upgrade --install geolocation helm/geolocation \
  --namespace pivori-production \
  --values helm/geolocation/values.yaml \
  --values helm/geolocation/values-production.yaml \
  --wait --timeout 90s
