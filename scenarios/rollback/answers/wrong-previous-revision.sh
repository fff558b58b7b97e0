#!/usr/bin/env bash
# Takes the revision before, which is Helm's default: it was a failed one. The message says otherwise.
# expects: failed=release-back,pods-ready,endpoint,team-told points=8
set -euo pipefail

helm rollback {{ service }} -n pivori-production

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
