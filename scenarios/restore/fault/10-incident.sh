#!/usr/bin/env bash
# Backups of several days, of which one is the right one; then the incident, and what it left.
set -euo pipefail

{% include "studio-data.sh" %}

readonly batch='.records["lot-" + $lot] = {lot: $lot, jeton: $token}'
readonly batch_job='.records |= (del(.[keys[0]]) | .["lot-0"] = {lot: "0", jeton: "0"})'
readonly everybody="{{ services | join(" ") }}"

first=2025-11-{{ "%02d" % day }} right=2025-11-{{ "%02d" % (day + 1) }}
incident=2025-11-{{ "%02d" % (day + 2) }} today=2025-11-{{ "%02d" % (day + 3) }}

# shellcheck disable=SC2086 # several names
change "$batch" {{ lot }} $everybody
backup "$first 22:00"
# shellcheck disable=SC2086 # several names
change "$batch" {{ lot + 1 }} $everybody
backup "$right 22:00"
good=$archive

# A colleague's attempt at a part of it.
part={{ backups }}/pivori-studio-partielle-$(date -u -d "$right 23:10" +%Y%m%dT%H%M%SZ).zip
cp "$good" "$part"
zip --quiet --delete "$part" 'data/{{ hit.lost }}/*' 'manifests/{{ hit.lost }}.json'
touch -d "$right 23:10Z" "$part"

# The incident: a batch job takes records away everywhere and puts in its own. The backup of the
# evening after is intact, and of no use.
# shellcheck disable=SC2086 # several names
change "$batch_job" 0 $everybody
backup "$incident 22:00"

# This morning's was cut off on its way to the disk: sixteen bytes of it are another file's.
corrupt={{ backups }}/pivori-studio-complete-$(date -u -d "$today 06:00" +%Y%m%dT%H%M%SZ).zip
cp "$archive" "$corrupt"
middle=$(($(stat -c %s "$corrupt") / 2))
printf 'pivori-pivori-pi' | dd of="$corrupt" bs=1 seek="$middle" conv=notrunc status=none
touch -d "$today 06:00Z" "$corrupt"

change "$batch" {{ lot + 7 }} {{ hit.busy }}
truncate -s 40 {{ studio }}/data/{{ hit.cut }}/store.json
rm {{ studio }}/data/{{ hit.lost }}/store.json
kubectl wait -n {{ namespace }} --for=condition=Ready=false --timeout=90s \
  pod -l 'app.kubernetes.io/name in ({{ hit.cut }}, {{ hit.lost }})'
