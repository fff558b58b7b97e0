#!/usr/bin/env bash
# Deletes the Deployment instead of the pod, and nothing makes a new one.
# expects: failed=pods-back,endpoint,service-kept,nothing-else-changed points=28
set -euo pipefail

kubectl delete deployment {{ service }} -n pivori-production

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
