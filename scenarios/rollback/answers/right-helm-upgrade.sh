#!/usr/bin/env bash
# Forwards to the same: an upgrade to the version and the values of the last good revision.
set -euo pipefail

helm upgrade {{ service }} ./helm/{{ service }} -n pivori-production \
  -f helm/{{ service }}/values-production.yaml \
  --set image.tag={{ services[service].good[-1] }} --set config.LOG_LEVEL=WARNING \
  --wait --timeout 90s

cat > {{ studio }}/message.txt <<'TEXT'
**Service** : `{{ service }}`
- removed: {{ service }} {{ services[service].bad[fault] }}
- restored: v{{ services[service].good[-1] }}
TEXT
