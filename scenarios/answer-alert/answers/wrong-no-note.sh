#!/usr/bin/env bash
# All is well again, and nobody will know why it was not.
# expects: failed=incident-note points=72
set -euo pipefail

helm rollback {{ service }} -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
