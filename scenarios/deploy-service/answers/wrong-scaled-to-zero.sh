#!/usr/bin/env bash
# Deployed well, then scaled to zero: nothing fails any more, because nothing runs.
# expects: failed=pods-ready,version,production-values,logs-clean,health,release-in-history points=14
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml
kubectl scale deployment {{ service }} -n pivori-production --replicas=0
