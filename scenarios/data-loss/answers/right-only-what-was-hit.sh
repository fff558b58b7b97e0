#!/usr/bin/env bash
# Looks for the newest archive that verifies, and for the services whose data is not what is in it;
# restores these alone, while the others go on.
set -euo pipefail

studio=scripts/backup/backup-scripts-expert.sh
for archive in $(ls -r {{ backups }}/pivori-studio-complete-*.zip); do
  if bash "$studio" verify_backup "$archive"; then break; fi
done
hit=()
for service in {{ services | join(" ") }}; do
  saved=$(unzip -p "$archive" "data/$service/store.json" | jq -cS .)
  if [ "$saved" != "$(jq -cS . "data/$service/store.json" 2>/dev/null)" ]; then hit+=("$service"); fi
done
kubectl scale deployment "${hit[@]}" --replicas=0 -n {{ namespace }}
bash "$studio" restore_partial "$archive" "${hit[@]}"
kubectl scale deployment "${hit[@]}" --replicas=1 -n {{ namespace }}
for service in "${hit[@]}"; do
  kubectl rollout status "deployment/$service" -n {{ namespace }} --timeout=60s
done
cat >message-equipe.txt <<NOTE
# Perte de données

- **Services** : ${hit[*]}
- **Archive** : \`$archive\`
NOTE
