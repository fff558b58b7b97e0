#!/usr/bin/env bash
# Lets the script find the archive by the time of the incident, and waits for the services.
set -euo pipefail

for archive in {{ backups }}/pivori-studio-complete-*.zip; do
  bash scripts/backup/backup-scripts-expert.sh verify_backup "$archive" || true
done
kubectl -n {{ namespace }} scale deployment -l app.kubernetes.io/part-of=pivori-studio --replicas=0
kubectl -n {{ namespace }} wait pod -l app.kubernetes.io/part-of=pivori-studio --for=delete --timeout=60s
bash scripts/backup/backup-scripts-expert.sh restore_point_in_time \
  '2025-11-{{ "%02d" % (day + 2) }} {{ "%02d" % hour }}:15'
kubectl -n {{ namespace }} scale deployment -l app.kubernetes.io/part-of=pivori-studio --replicas=1
for service in {{ services | join(" ") }}; do
  kubectl -n {{ namespace }} rollout status "deployment/$service" --timeout=60s
done
