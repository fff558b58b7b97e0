#!/usr/bin/env bash
# Forgets the namespace: all of it is deployed well, in `default`.
# expects: failed=pods-ready,version,production-values,logs-clean,health,release-in-history points=0
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} \
  -n default \
  -f helm/{{ service }}/values-production.yaml \
  --set networkPolicy.enabled=false # which only some services have
