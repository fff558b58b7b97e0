#!/usr/bin/env bash
# The right version with the bad revision's values: half of a rollback.
# expects: failed=release-back,endpoint points=37
set -euo pipefail

helm upgrade {{ service }} ./helm/{{ service }} -n pivori-production \
  --reuse-values --set image.tag={{ services[service].good[-1] }} --wait --timeout 90s

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
