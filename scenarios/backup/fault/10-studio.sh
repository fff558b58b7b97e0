#!/usr/bin/env bash
# Data that nobody can know beforehand, and what earlier backups have left lying about.
set -euo pipefail

change() { # change FILTER LOT SERVICE...: their stores, each as the service itself replaces it
  local filter=$1 lot=$2 service line file=/dev/null tokens=
  local -a stores=()
  shift 2
  for service in "$@"; do
    stores+=("{{ studio }}/data/$service/store.json")
    # Nobody can know beforehand what is in a batch.
    tokens+=" $service=$(</proc/sys/kernel/random/uuid)"
  done
  # One jq for all of them: a line with the file's name, then what is to be in it.
  while IFS= read -r line; do
    if [[ $line == '# '* ]]; then file=${line#'# '}.new; else printf '%s\n' "$line" >>"$file"; fi
  done < <(jq --raw-output --arg lot "$lot" --arg tokens "$tokens" '"# \(input_filename)",
    ([$tokens | scan("([^ ]+)=([^ ]+)") | {(.[0]): .[1]}] | add)[.service] as $token | '"$filter" "${stores[@]}")
  for service in "${stores[@]}"; do mv "$service.new" "$service"; done
}

script=scripts/backup/backup-scripts-expert.sh
day=2025-11-{{ "%02d" % day }}

# That evening, and the day after: business went on in every service.
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(date -u -d "$day 22:30" +%s)
bash "$script" backup_complete
old={{ backups }}/pivori-studio-complete-$(date -u -d "$day 22:30" +%Y%m%dT%H%M%SZ).zip
touch -d "$day 22:30Z" "$old"
batch='.records["lot-" + $lot] = {lot: ($lot | tonumber), jeton: $token}'
change "$batch" {{ lot }} {{ services | join(" ") }}
change "$batch" {{ lot + 1 }} {{ busy }}

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
