#!/usr/bin/env bash
# Data that nobody can know beforehand, and what earlier backups have left lying about.
set -euo pipefail

add() { # add SERVICE KEY RECORD: as the service itself replaces its store
  local store={{ studio }}/data/$1/store.json
  jq --arg key "$2" --argjson record "$3" '.records[$key] = $record' "$store" >"$store.new"
  mv "$store.new" "$store"
}

script=scripts/backup/backup-scripts-expert.sh
day=2025-11-{{ "%02d" % day }}

# That evening, and the day after: business went on in every service.
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(date -u -d "$day 22:30" +%s)
bash "$script" backup_complete
old={{ backups }}/pivori-studio-complete-$(date -u -d "$day 22:30" +%Y%m%dT%H%M%SZ).zip
touch -d "$day 22:30Z" "$old"
for service in {{ services | join(" ") }}; do
  add "$service" lot-{{ lot }} "{\"lot\": {{ lot }}, \"jeton\": \"$(</proc/sys/kernel/random/uuid)\"}"
done
add {{ busy }} lot-{{ lot + 1 }} "{\"lot\": {{ lot + 1 }}, \"jeton\": \"$(</proc/sys/kernel/random/uuid)\"}"

# The old backup is archived already; a colleague's attempt at a part of it was left in /backups,
# and last night's found no room.
mv "$old" {{ archives }}/
rm {{ backups }}/backup.zip
part={{ backups }}/pivori-studio-partielle-$(date -u -d "$day 23:10" +%Y%m%dT%H%M%SZ).zip
cp {{ archives }}/"${old##*/}" "$part"
zip --quiet --delete "$part" 'data/{{ busy }}/*' 'manifests/{{ busy }}.json'
touch -d "$day 23:10Z" "$part"
late=$(date -u -d "$day 22:30 + 1 day" +%Y-%m-%dT%H:%M:%SZ)
echo "$late ERREUR backup_complete espace insuffisant dans {{ backups }} : 3.1Mo libres, 17Mo nécessaires" \
  >>{{ logs }}/backup.log
