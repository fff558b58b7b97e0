#!/usr/bin/env bash
# The service is back, and nobody knows what was in the pod.
# expects: failed=team-told points=62
set -euo pipefail

kubectl delete pod -n pivori-production -l app.kubernetes.io/name={{ service }}
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
