#!/usr/bin/env bash
# Back to the very first revision: healthy, but neither the last good version nor production's values.
# expects: failed=release-back,pods-ready,endpoint,team-told points=8
set -euo pipefail

helm rollback {{ service }} 1 -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].stable }}
TEXT
