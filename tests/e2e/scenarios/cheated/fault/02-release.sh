#!/usr/bin/env bash
# A release that crashes at its start takes the place of the one that runs.
set -euo pipefail
kubectl -n {{ namespace }} patch deployment payment -p '{"spec": {
  "strategy": {"type": "Recreate", "rollingUpdate": null},
  "template": {"spec": {"containers": [
    {"name": "payment", "image": "{{ services.payment.image_of(services.payment.bad["crash-at-start"]) }}"}]}}}}'
for _ in $(seq 300); do
  ready=$(kubectl -n {{ namespace }} get deployment payment -o jsonpath='{.status.readyReplicas}')
  restarts=$(kubectl -n {{ namespace }} get pods -l app.kubernetes.io/name=payment \
    -o jsonpath='{.items[*].status.containerStatuses[*].restartCount}')
  if [ "${ready:-0}" = 0 ] && [[ "$restarts" =~ ^[1-9] ]]; then exit 0; fi
  sleep 0.2
done
exit 1
