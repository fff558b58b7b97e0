#!/usr/bin/env bash
# No new pod: the image goes back into the one that is there.
set -euo pipefail

pod=$(kubectl get pods -n pivori-production -l app.kubernetes.io/name={{ service }} -o name)
kubectl set image "$pod" -n pivori-production {{ service }}={{ services[service].image }}
kubectl wait "$pod" -n pivori-production --for=condition=Ready --timeout=60s

cat > message.txt <<'TEXT'
service: {{ service }}
version: {{ services[service].bad[inside] if inside in services[service].bad else services[service].stable ~ "-hotfix" }}
TEXT
