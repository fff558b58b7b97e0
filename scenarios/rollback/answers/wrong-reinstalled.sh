#!/usr/bin/env bash
# Uninstalls and installs again: the right version runs, the service was away, and the history is gone.
# expects: failed=release-back,history-kept points=61
set -euo pipefail

helm uninstall {{ service }} -n pivori-production --wait
helm install {{ service }} ./helm/{{ service }} -n pivori-production \
  -f helm/{{ service }}/values-production.yaml \
  --set image.tag={{ services[service].good[-1] }} --set config.LOG_LEVEL=WARNING \
  --wait --timeout 90s

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
