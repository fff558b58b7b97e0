#!/usr/bin/env bash
# The chart is that of the release to be deployed: its appVersion says which.
set -euo pipefail

chart={{ studio }}/helm/{{ service }}/Chart.yaml
sed -i 's/^appVersion: .*/appVersion: "{{ services[service].good[release] }}"/' "$chart"
grep -q '^appVersion: "{{ services[service].good[release] }}"$' "$chart"
