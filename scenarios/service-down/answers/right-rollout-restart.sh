#!/usr/bin/env bash
# The version is read from the pod itself; then the Deployment makes new pods.
set -euo pipefail

image=$(kubectl get pods -n pivori-production -l app.kubernetes.io/name={{ service }} \
  -o jsonpath='{.items[0].spec.containers[0].image}')
printf -- '- **Service** : {{ service }}\n- **Version** : `%s`\n' "$image" > message.txt
kubectl rollout restart deployment/{{ service }} -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s
