#!/usr/bin/env bash
# Stops the service: no pod is broken any more, because there is none.
# expects: failed=pods-back,endpoint,service-kept,nothing-else-changed points=28
set -euo pipefail

kubectl scale deployment/{{ service }} -n pivori-production --replicas=0

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
