#!/usr/bin/env bash
# Half done: the team is told, and the service is still down.
# expects: failed=pods-back,endpoint points=35
set -euo pipefail

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
