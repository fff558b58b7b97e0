#!/usr/bin/env bash
# Mended well, and a service that it depends on stopped in the course of it.
# expects: failed=service-back,other-services,nothing-else-changed points=50
set -euo pipefail

kubectl scale deployment/{{ (services[service].urls | list)[0] }} -n pivori-production --replicas=0
helm rollback {{ service }} -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
cat > {{ studio }}/incident.md <<'TEXT'
service: {{ service }}
cause: {{ cause }}
remedy: rollback
TEXT
