#!/usr/bin/env bash
# Says anew what production is to be: the studio's chart with its production values.
set -euo pipefail

service=$(jq -r '.commonLabels.service' alerts/alert.json)
helm upgrade "$service" "./helm/$service" -n pivori-production \
  -f "helm/$service/values-production.yaml" --wait --timeout 90s
printf '# Incident\n\n- **Service**: `%s`\n- **Cause**: {{ cause }}\n- **Remedy**: upgrade\n' "$service" > incident.md
