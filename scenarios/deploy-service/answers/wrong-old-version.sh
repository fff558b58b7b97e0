#!/usr/bin/env bash
# Pins another good release: healthy, but not what was asked for.
# expects: failed=version points=71
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml \
  --set image.tag={{ services[service].good[release - 1] }}
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
