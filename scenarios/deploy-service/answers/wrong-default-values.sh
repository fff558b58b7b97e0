#!/usr/bin/env bash
# Forgets the production values: a single pod, with the development configuration.
# expects: failed=pods-ready,production-values points=71
set -euo pipefail

helm install {{ service }} ./helm/{{ service }} -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
