#!/usr/bin/env bash
# Forgets the production values but for the number of pods: the development configuration.
# expects: failed=production-values points=78
set -euo pipefail

# Not every service has a number of its own for production.
pods=$(grep -h '^replicaCount:' helm/{{ service }}/values*.yaml | sort | tail -n 1)
helm install {{ service }} ./helm/{{ service }} -n pivori-production --set "replicaCount=${pods##* }"
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
