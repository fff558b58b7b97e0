#!/usr/bin/env bash
# The steps of Runbook 4: the message, the pods, their logs, what changed; then back to the revision before.
set -euo pipefail

cat alerts/slack.txt
kubectl get pods -n pivori-production
kubectl describe pods -n pivori-production -l app.kubernetes.io/name={{ service }}
kubectl logs -n pivori-production -l app.kubernetes.io/name={{ service }} --tail=20 || true
helm history {{ service }} -n pivori-production
helm rollback {{ service }} -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
kubectl get pods -n pivori-production

cat > {{ studio }}/incident.md <<'TEXT'
service: {{ service }}
cause: {{ {"configuration": "configuration", "image": "image", "probe": "sonde", "memory": "mémoire", "dependency": "dépendance"}[cause] }}
remède: rollback
TEXT
