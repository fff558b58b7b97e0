#!/usr/bin/env bash
# Deletes the pods, and writes a note as if that had been a remedy.
# expects: failed=cause-mended,service-back,incident-note points=17
set -euo pipefail

kubectl delete pods -n pivori-production -l app.kubernetes.io/name={{ service }}
cat > {{ studio }}/incident.md <<'TEXT'
service: {{ service }}
cause: {{ cause }}
remedy: kubectl
TEXT
