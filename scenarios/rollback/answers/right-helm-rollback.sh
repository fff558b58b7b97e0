#!/usr/bin/env bash
# The commands of Runbook 5: the history, the last good revision, back to it, and the team is told.
set -euo pipefail

helm history {{ service }} -n pivori-production
revision=$(helm history {{ service }} -n pivori-production -o json |
  jq '[.[] | select(.status == "superseded")] | last | .revision')
helm rollback {{ service }} "$revision" -n pivori-production

kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
kubectl get pods -n pivori-production
kubectl logs deployment/{{ service }} -n pivori-production

cat > {{ studio }}/message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
