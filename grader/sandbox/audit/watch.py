"""Starts the recorder of an attempt's audit log, finds it again, and ends it with the attempt."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL, SIGTERM

from grader.model.text import Bilingual
from grader.sandbox.audit.places import POLICY, AuditPlaces
from grader.sandbox.audit.policy import policy
from grader.sandbox.identity import Identity, started_at
from grader.sandbox.process import detached
from grader.sandbox.protocol import ResourceList
from grader.sandbox.waiting import wait_until

_MODULE = "grader.sandbox.audit.recorder"
_GRACE_S = 2.0
_KILLED_S = 5.0
DEAD = Bilingual(
    "le relevé du journal d'audit ne tourne pas : ce qui se passe maintenant y laissera un vide "
    "(le prochain grader shell, check ou submit le relance)",
    "the audit log's recorder does not run: what happens now is recorded with a gap "
    "(the next grader shell, check or submit starts it again)",
)


def lay_out(places: AuditPlaces, candidate: str) -> None:
    """Make the folders, the policy, and the log that the API server is to write to.

    The log is ours before the API server opens it, so that it stays readable whoever that runs as.
    """
    places.root.mkdir(mode=0o700, exist_ok=True)
    places.source.mkdir(mode=0o700, exist_ok=True)
    (places.source / POLICY).write_text(policy(candidate), encoding="utf-8")
    places.source_log.touch(mode=0o600)


def start_recorder(places: AuditPlaces, environment: Mapping[str, str] | None = None) -> None:
    """Start the recorder; one that is at work already is left alone.

    Args:
        places: Whose log.
        environment: More variables for it.
    """
    if recorders(places) or not places.root.is_dir():
        return
    root = Path(__file__).resolve().parents[3]
    # Without what a virtual environment adds: it needs none of it, and starts in a third of the time.
    words: list[str | Path] = [
        sys.executable,
        "-sS",
        "-m",
        _MODULE,
        places.source_log,
        places.chain,
    ]
    detached(words, {"PYTHONPATH": str(root), **(environment or {})}, places.own_log)


def recorders(places: AuditPlaces) -> list[Identity]:
    """The recorder that runs; more than one, or none, where something went wrong."""
    found = []
    chain = str(places.chain)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                if _MODULE in words and chain in words:
                    identity = Identity(int(entry.name), started_at(int(entry.name)))
                    if identity.started:
                        found.append(identity)
    return found


def end_recorder(places: AuditPlaces) -> None:
    """End it: politely, so that its chain has an end, then for certain."""
    for number, patience_s in ((SIGTERM, _GRACE_S), (SIGKILL, _KILLED_S)):
        running = recorders(places)
        for one in running:
            one.signal(number)
        if wait_until(
            lambda running=running: not any(one.alive for one in running),  # type: ignore[misc]
            timeout_s=patience_s,
            pause_s=0.01,
        ):
            return


def remains_of(places: AuditPlaces, there: ResourceList) -> ResourceList:
    """What is there of a sandbox, and of its recorder; a dead one is noted, for a candidate can work without."""
    found = [f"process {one.pid} (audit recorder)" for one in recorders(places)]
    notes = [DEAD] if there.found and places.chain.exists() and not found else []
    return replace(there, found=(*there.found, *found), notes=(*there.notes, *notes))
