#!/usr/bin/env bash
# New pods without a look at the cause: they fail as the old ones did.
# expects: failed=cause-mended,service-back,incident-note points=0
set -euo pipefail

kubectl rollout restart deployment/{{ service }} -n pivori-production
