#!/usr/bin/env bash
# Months of backups and logs that nobody tidied up; ages are in days, sizes in KiB.
set -euo pipefail

python3 - <<'PY'
import io
import os
import time
import zipfile

NOW = time.time()
BACKUPS, LOGS = "{{ backups }}", "{{ logs }}"


def filled(words, size):
    """Text of this many KiB that begins with its own name, so that no two files are alike."""
    line = f"{words}\n".encode()
    return (line * (size * 1024 // len(line) + 1))[: size * 1024]


def put(path, content, days):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    # An hour beyond the whole days: nobody has to wonder about the very minute.
    moment = NOW - days * 86400 - (3600 if days else 0)
    os.utime(path, (moment, moment))


def stamp(days):
    return time.strftime("%Y%m%d-020000", time.gmtime(NOW - days * 86400))


def backup(path, size, days):
    """A zip archive that can be opened, stored as it is."""
    made = io.BytesIO()
    name = f"data-{os.path.basename(path)}-{days}.json"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, filled(name, size - 2))
    put(path, made.getvalue(), days)


def daily(size, days):
    backup(f"{BACKUPS}/pivori-studio-complete-{stamp(days)}.zip", size, days)


# To be kept; the newest is bigger than what is free.
daily(1800, 1)
daily(1500, 4)
daily(1500, 11)
daily(1400, 19)
daily(1400, 28)
backup(f"{BACKUPS}/avant-migration/pivori-studio-complete-20240301-020000.zip", 900, 6)
# To go: with ordinary names, and with any other.
daily(1300, 33)
daily(1200, 47)
daily(1100, 61)
backup(f"{BACKUPS}/copie de sauvegarde (mars).zip", 700, 75)
put(f"{BACKUPS}/avant-migration/dump.sql.partial", filled("dump.sql.partial", 900), 52)
backup(f"{BACKUPS}/quotidien/pivori-studio-complete-{stamp(3)}.zip", 800, 64)
put(f"{BACKUPS}/{{ hoard.folder }}/{{ hoard.file }}", filled("{{ hoard.file }}", 4650), 90)

put(f"{LOGS}/syslog.1", filled("syslog 1", 400), 6)
put(f"{LOGS}/syslog.2", filled("syslog 2", 900), 9)
put(f"{LOGS}/syslog.3", filled("syslog 3", 900), 16)
put(f"{LOGS}/audio/access.log", filled("audio access", 300), 2)
put(f"{LOGS}/audio/access.log.1", filled("audio access 1", 1100), 12)
put(f"{LOGS}/.debug-trace", filled("debug trace", 800), 20)
for number, days in enumerate((1, 9, 16, 23)):
    name = f"audit.log.{number}" if number else "audit.log"
    lines = (f"{name} line {n}: user {n * 37 % 101} read account {n * 91 % 997}\n" for n in range(1200))
    put(f"{LOGS}/{{ audit }}/{name}", "".join(lines).encode(), days)
put(f"{LOGS}/backup.log", filled("backup done", 40), 0)
PY
df --output=pcent {{ backups }} | tail -n 1
