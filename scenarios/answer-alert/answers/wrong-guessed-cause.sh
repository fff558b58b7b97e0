#!/usr/bin/env bash
# Rolled back without a diagnosis; the note names every cause, so that one of them is right.
# expects: failed=incident-note points=85
set -euo pipefail

helm rollback {{ service }} -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
cat > {{ studio }}/incident.md <<'TEXT'
service: {{ service }}
cause: configuration image sonde mémoire dépendance
remedy: rollback
TEXT
