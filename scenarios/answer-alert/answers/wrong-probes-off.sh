#!/usr/bin/env bash
# A cheat: without its readiness probe a pod is called ready as soon as it runs; nothing is mended. Where that
# probe is the cause, somebody takes the other one away.
# expects: failed=cause-mended,service-back,incident-note points=0
set -euo pipefail

kubectl patch deployment {{ service }} -n pivori-production --type json \
  -p '[{"op":"remove","path":"/spec/template/spec/containers/0/{{ "liveness" if cause == "probe" else "readiness" }}Probe"}]'
