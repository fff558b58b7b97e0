#!/usr/bin/env bash
# A cheat: the Service leads to another service's healthy pods.
# expects: failed=release-back,pods-ready,endpoint,team-told,nothing-else-changed points=0
set -euo pipefail

kubectl patch service {{ service }} -n pivori-production --type merge \
  -p '{"spec":{"selector":{"app.kubernetes.io/name":"{{ "watermark" if service == "security" else "security" }}","app.kubernetes.io/instance":"{{ "watermark" if service == "security" else "security" }}"}}}'
