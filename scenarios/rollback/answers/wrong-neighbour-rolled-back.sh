#!/usr/bin/env bash
# Rolled back well, and another service's release touched with it.
# expects: failed=other-services,nothing-else-changed points=76
set -euo pipefail

revision=$(helm history {{ service }} -n pivori-production -o json |
  jq '[.[] | select(.status == "superseded")] | last | .revision')
helm rollback {{ service }} "$revision" -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
helm rollback {{ "watermark" if service == "security" else "security" }} 1 -n pivori-production

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
