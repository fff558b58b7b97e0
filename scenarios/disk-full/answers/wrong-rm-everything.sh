#!/usr/bin/env bash
# Shortcut: everything goes, the newest backup with it.
# expects: failed=audit-archived,biggest,kept-backups,kept-logs points=58
set -euo pipefail

rm -rf {{ backups }}/* {{ backups }}/.[!.]* {{ logs }}/* {{ logs }}/.[!.]*
