#!/usr/bin/env bash
# What a pipeline would type: idempotent, and Helm itself waits for the pods.
set -euo pipefail

helm upgrade --install {{ service }} helm/{{ service }} \
  --namespace pivori-production \
  --values helm/{{ service }}/values.yaml \
  --values helm/{{ service }}/values-production.yaml \
  --wait --timeout 90s
