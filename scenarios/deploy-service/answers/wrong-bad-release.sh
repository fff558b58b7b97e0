#!/usr/bin/env bash
# Takes a newer release, which crashes at its start, and does not look at the pods.
# expects: failed=pods-ready,version,production-values,logs-clean,health points=27
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} \
  -n pivori-production \
  -f helm/{{ service }}/values-production.yaml \
  --set image.tag={{ services[service].bad["crash-at-start"] }}
