#!/usr/bin/env bash
# An upgrade to what is deployed already changes no pod: the service is as down as before.
# expects: failed=pods-back,endpoint,service-kept,nothing-else-changed points=28
set -euo pipefail

helm upgrade {{ service }} ./helm/{{ service }} -n pivori-production

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
