#!/usr/bin/env bash
# Only the image, and past Helm: the next upgrade brings the bad version back, and its values are still live.
# expects: failed=release-back,endpoint points=37
set -euo pipefail

kubectl set image deployment/{{ service }} -n pivori-production \
  {{ service }}={{ services[service].image_of(services[service].good[-1]) }}
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
