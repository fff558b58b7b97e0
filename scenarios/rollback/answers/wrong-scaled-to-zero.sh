#!/usr/bin/env bash
# Rolled back, then stopped "to be safe": nothing fails any more, because nothing runs.
# expects: failed=release-back,pods-ready,endpoint points=16
set -euo pipefail

revision=$(helm history {{ service }} -n pivori-production -o json |
  jq '[.[] | select(.status == "superseded")] | last | .revision')
helm rollback {{ service }} "$revision" -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
kubectl scale deployment/{{ service }} -n pivori-production --replicas=0

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
