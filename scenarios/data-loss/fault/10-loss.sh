#!/usr/bin/env bash
# Backups of which the newest is of no use; then the data of some services is gone, and two of them
# were restarted since: they have seeded themselves with samples and look healthy.
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

business() { # business LOT: every service takes in a batch
  change '.records["lot-" + $lot] = {lot: $lot, jeton: $token}' "$1" {{ services | join(" ") }}
}

backup() { # backup WHEN: with the studio's script, as of then
  SOURCE_DATE_EPOCH=$(date -u -d "$1" +%s)
  bash scripts/backup/backup-scripts-expert.sh backup_complete
  archive={{ backups }}/pivori-studio-complete-$(date -u -d "$1" +%Y%m%dT%H%M%SZ).zip
  touch -d "$1Z" "$archive"
}

export SOURCE_DATE_EPOCH
older=2025-11-{{ "%02d" % day }} last=2025-11-{{ "%02d" % (day + 1) }} night=2025-11-{{ "%02d" % (day + 2) }}

business {{ lot }}
backup "$older 22:00"
business {{ lot + 1 }}
backup "$last 22:00"

# Of the night's backup only the first half has arrived; a part of it was tried again by hand.
cut={{ backups }}/pivori-studio-complete-$(date -u -d "$night 02:00" +%Y%m%dT%H%M%SZ).zip
head -c $(($(stat -c %s "$archive") / 2)) "$archive" >"$cut"
touch -d "$night 02:00Z" "$cut"
part={{ backups }}/pivori-studio-partielle-$(date -u -d "$night 02:40" +%Y%m%dT%H%M%SZ).zip
cp "$archive" "$part"
zip --quiet --delete "$part" 'data/{{ lost.silent.split()[0] }}/*' 'data/{{ lost.restarted.split()[0] }}/*'
touch -d "$night 02:40Z" "$part"

for service in {{ lost.silent }} {{ lost.restarted }}; do
  rm -f {{ studio }}/data/"$service"/store.json {{ studio }}/data/"$service"/.seeded
done
restarted='app.kubernetes.io/name in ({{ lost.restarted.split() | join(", ") }})'
kubectl delete pod -n {{ namespace }} -l "$restarted" --grace-period=1
kubectl wait -n {{ namespace }} --for=condition=Ready=false --timeout=90s \
  pod -l 'app.kubernetes.io/name in ({{ lost.silent.split() | join(", ") }})'
for service in {{ lost.restarted }}; do
  kubectl rollout status -n {{ namespace }} "deployment/$service" --timeout=90s
done
