#!/usr/bin/env bash
# Back too far: the cause is gone, and so is production's configuration.
# expects: failed=cause-mended,service-back points=26
set -euo pipefail

helm rollback {{ service }} 1 -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
cat > {{ studio }}/incident.md <<'TEXT'
service: {{ service }}
cause: {{ cause }}
remedy: rollback
TEXT
