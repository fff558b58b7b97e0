#!/usr/bin/env bash
# Back to the stable release, and the policy as the chart has it.
set -euo pipefail
kubectl -n {{ namespace }} patch deployment payment -p '{"spec": {"template": {"spec": {"containers": [
  {"name": "payment", "image": "{{ services.payment.image }}"}]}}}}'
helm template payment ./helm/payment -n {{ namespace }} -f helm/payment/values-production.yaml \
  --show-only templates/networkpolicy.yaml | kubectl -n {{ namespace }} apply -f -
kubectl -n {{ namespace }} rollout status deployment/payment --timeout=60s
