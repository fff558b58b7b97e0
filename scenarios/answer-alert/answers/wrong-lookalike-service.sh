#!/usr/bin/env bash
# A cheat: the Service leads to another service's healthy pods.
# expects: failed=cause-mended,service-back,incident-note,nothing-else-changed points=0
set -euo pipefail

kubectl patch service {{ service }} -n pivori-production --type merge \
  -p '{"spec":{"selector":{"app.kubernetes.io/name":"security","app.kubernetes.io/instance":"security"}}}'
