#!/usr/bin/env bash
# Zips the data folder by hand: no manifests, no digests, and nothing that the script could restore.
# expects: failed=archive,verified,log-clean points=41
set -euo pipefail

name=pivori-studio-complete-$(date -u +%Y%m%dT%H%M%SZ).zip
zip --quiet --recurse-paths "{{ backups }}/$name" data
unzip -tq "{{ backups }}/$name"
cp "{{ backups }}/$name" {{ archives }}/
