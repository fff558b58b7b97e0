#!/usr/bin/env bash
# Announces a rollback that did not take place.
# expects: failed=release-back,pods-ready,endpoint,team-told points=8
set -euo pipefail

cat > message.txt <<'TEXT'
service: {{ service }}
retirée: {{ services[service].bad[fault] }}
rétablie: {{ services[service].good[-1] }}
TEXT
