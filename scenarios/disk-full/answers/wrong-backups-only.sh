#!/usr/bin/env bash
# Half-done: old backups go, and that is all.
# expects: failed=old-logs,audit-archived,room,biggest points=30
set -euo pipefail

find {{ backups }} -mtime +30 -delete
