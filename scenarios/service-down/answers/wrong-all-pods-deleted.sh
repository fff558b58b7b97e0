#!/usr/bin/env bash
# Collateral damage: every pod of the studio restarted to cure one.
# expects: failed=other-services points=79
set -euo pipefail

kubectl delete pods --all -n pivori-production
for service in {{ services | join(" ") }}; do
  kubectl rollout status deployment/"$service" -n pivori-production --timeout=60s
done

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
