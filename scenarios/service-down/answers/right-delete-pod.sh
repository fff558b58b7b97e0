#!/usr/bin/env bash
# The commands of the emergency procedure: look at the pod, its logs, its events; then delete it.
set -euo pipefail

kubectl get pods -n pivori-production
pod=$(kubectl get pods -n pivori-production -l app.kubernetes.io/name={{ service }} -o name)
kubectl describe "$pod" -n pivori-production
kubectl logs "$pod" -n pivori-production || true
kubectl delete "$pod" -n pivori-production
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s

cat > {{ studio }}/message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
