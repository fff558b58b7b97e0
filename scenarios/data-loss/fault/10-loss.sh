#!/usr/bin/env bash
# Backups of which the newest is of no use; then the data of some services is gone, and two of them
# were restarted since: they have seeded themselves with samples and look healthy.
set -euo pipefail

{% include "studio-data.sh" %}

business() { # business LOT: every service takes in a batch
  change '.records["lot-" + $lot] = {lot: $lot, jeton: $token}' "$1" {{ services | join(" ") }}
}

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
