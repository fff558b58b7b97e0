"""Two processes on one database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from grader.model.attempt import AttemptState
from grader.store.attempts import AttemptStore, Change
from grader.store.audit import audit_trail
from grader.store.database import Database

from .samples import ATTEMPT

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from grader.model.attempt import Attempt, AttemptState
from grader.model.text import Language
from grader.store.attempts import AttemptStore
from grader.store.database import Database

place, name, many = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.stdin.read()  # until the test lets all of them go at once
store = AttemptStore(Database(place if "://" in place else Path(place)))
for number in range(many):
    store.create(
        Attempt(f"{name}{number}", "s", 1, "", Language.FRENCH, "kind", AttemptState.STARTING, "t"),
        who=name,
    )
"""

CLAIMER = """
import sys
from pathlib import Path
from grader.model.attempt import AttemptState
from grader.model.errors import GraderError
from grader.store.attempts import AttemptStore, Change
from grader.store.database import Database

place = sys.argv[1]
store = AttemptStore(Database(place if "://" in place else Path(place)))
sys.stdin.read()
try:
    store.change("x7k2p9", Change(AttemptState.SUBMITTED, sys.argv[2], "now"))
except GraderError as error:
    print(error.code.slug)
else:
    print("granted")
"""


def _processes(code: str, *arguments: list[str]) -> list[str]:
    """Run the code once for each list of arguments, all at the same time; what each printed."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for words in arguments
    ]
    for process in running:
        assert process.stdin
        process.stdin.close()
    outputs = []
    for process in running:
        assert process.stdout
        outputs.append(process.stdout.read())
        assert process.wait(60) == 0
    return outputs


def test_writers_wait_for_each_other(place: Path | str) -> None:
    """Two processes that create the database and write at the same time lose nothing and fail never."""
    _processes(WRITER, [str(place), "a", "25"], [str(place), "b", "25"])
    database = Database(place)
    stored = {attempt.id for attempt in AttemptStore(database).all()}
    assert stored == {f"{name}{number}" for name in "ab" for number in range(25)}
    assert all(len(audit_trail(database, name)) == 1 for name in stored)


def test_one_of_two_gets_it(place: Path | str) -> None:
    """Of two processes that want the same transition exactly one gets it, and there is one audit row."""
    database = Database(place)
    store = AttemptStore(database)
    store.create(ATTEMPT, who="examiner")
    store.change(ATTEMPT.id, Change(AttemptState.READY, "examiner", "then"))
    outputs = _processes(CLAIMER, [str(place), "a"], [str(place), "b"])
    assert sorted(line.strip() for line in outputs) == ["attempt-state", "granted"]
    assert json.dumps([e.to_state for e in audit_trail(database, ATTEMPT.id)]) == json.dumps(
        ["starting", "ready", "submitted"]
    )
