#!/usr/bin/env bash
# Helm itself says what the values were: read from the good revision, given to an upgrade.
set -euo pipefail

revision=$(helm history {{ service }} -n pivori-production -o json |
  jq '[.[] | select(.status == "superseded")] | last | .revision')
helm get values {{ service }} -n pivori-production --revision "$revision" -o yaml > /tmp/good.yaml
helm upgrade {{ service }} helm/{{ service }} -n pivori-production --reset-values -f /tmp/good.yaml
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s

echo "service: {{ service }}
version retirée: {{ services[service].bad[fault] }}
version rétablie: {{ services[service].good[-1] }}" > message.txt
