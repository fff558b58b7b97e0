#!/usr/bin/env bash
# Takes the source of the alert away altogether.
# expects: failed=cause-mended,service-back,incident-note,nothing-else-changed points=0
set -euo pipefail

helm uninstall {{ service }} -n pivori-production --wait
