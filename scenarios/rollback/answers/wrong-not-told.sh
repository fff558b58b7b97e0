#!/usr/bin/env bash
# All is back, and nobody knows.
# expects: failed=team-told points=81
set -euo pipefail

revision=$(helm history {{ service }} -n pivori-production -o json |
  jq '[.[] | select(.status == "superseded")] | last | .revision')
helm rollback {{ service }} "$revision" -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
