#!/usr/bin/env bash
# Data that nobody can know beforehand, and what earlier backups have left lying about.
set -euo pipefail

{% include "studio-data.sh" %}

day=2025-11-{{ "%02d" % day }}

# That evening, and the day after: business went on in every service.
backup "$day 22:30"
old=$archive
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
