#!/usr/bin/env bash
# The right data, copied under running services, and nobody told.
# expects: failed=stopped,told points=71
set -euo pipefail

unzip -qo {{ backups }}/pivori-studio-complete-202511{{ "%02d" % (day + 1) }}T220000Z.zip 'data/*'
chmod -R a+r data
kubectl wait deployment --all --for=condition=Available --timeout=150s -n {{ namespace }}
