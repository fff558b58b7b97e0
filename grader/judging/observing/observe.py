"""Takes one observation of a sandbox: everything that the checks asked for, at the same time."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from grader.checks.declaration import Declaration
from grader.judging.recorded.redact import Redaction
from grader.model.errors import GraderError
from grader.model.observation import (
    DiskRequest,
    FileRequest,
    HttpProbe,
    LogRequest,
    Observation,
    WorkstationFile,
)
from grader.sandbox.protocol import FilesFound, Sandbox

_AT_ONCE = 8

Wanted = TypeVar("Wanted")


@dataclass(frozen=True)
class Wants:
    """What a set of checks wants observed besides the objects, each thing once."""

    probes: tuple[HttpProbe, ...] = ()
    logs: tuple[LogRequest, ...] = ()
    files: tuple[str, ...] = ()
    listings: tuple[FileRequest, ...] = ()
    disks: tuple[DiskRequest, ...] = ()

    @classmethod
    def of(cls, declarations: Sequence[Declaration]) -> Wants:
        """All that the checks declared; of the same logs, the longest request."""
        logs: dict[str, LogRequest] = {}
        for request in (request for d in declarations for request in d.logs):
            known = logs.get(request.key)
            if known is None or known.lines < request.lines:
                logs[request.key] = request
        return cls(
            probes=_once(d.probes for d in declarations),
            logs=tuple(logs.values()),
            files=_once(d.files for d in declarations),
            listings=_once(d.listings for d in declarations),
            disks=_once(d.disks for d in declarations),
        )


def observe(sandbox: Sandbox, wants: Wants, redaction: Redaction | None = None) -> Observation:
    """Look at the sandbox once.

    Every probe carries a fresh random nonce. What can't be asked or read, through no fault of the
    work, is noted in `faults`: checks that need it end in error, the others are judged.

    Args:
        sandbox: What is looked at.
        wants: What the checks declared.
        redaction: Of the looks before at the same sandbox.

    Raises:
        GraderError: as the sandbox has it, where the cluster's objects can't be read.
    """
    taken_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    faults: dict[str, str] = {}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="observe") as pool:
        objects = pool.submit(sandbox.cluster.objects)
        probes = {p.key: pool.submit(_ask, sandbox, p) for p in wants.probes}
        logs = {r.key: pool.submit(_read_logs, sandbox, r) for r in wants.logs}
        files = {path: pool.submit(sandbox.workstation.read, path) for path in wants.files}
        # What is at the workstation is asked for at once: to get in takes longer than to look.
        found = pool.submit(sandbox.workstation.files, wants.listings) if wants.listings else None
        disks = {r.key: pool.submit(sandbox.workstation.disk, r.path) for r in wants.disks}
        return Observation(
            taken_at=taken_at,
            objects=(redaction or Redaction()).without_secrets(objects.result()),
            probes=_answered(probes, faults),
            logs=_answered(logs, faults),
            files=_answered(files, faults),
            listings=_listed(found, wants.listings, faults) if found else {},
            disks=_answered(disks, faults),
            faults=faults,
        )


def _ask(sandbox: Sandbox, probe: HttpProbe) -> Any:
    return sandbox.cluster.probe(probe, nonce=secrets.token_hex(16))


def _read_logs(sandbox: Sandbox, request: LogRequest) -> Any:
    return sandbox.cluster.logs(request.namespace, request.labels, lines=request.lines)


def _once(wanted: Iterable[tuple[Wanted, ...]]) -> tuple[Wanted, ...]:
    return tuple(dict.fromkeys(thing for things in wanted for thing in things))


def _answered(asked: dict[str, Future[Any]], faults: dict[str, str]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for key, future in asked.items():
        problem = _problem(future.result)
        if problem:
            faults[key] = problem
        else:
            answers[key] = future.result()
    return answers


def _listed(
    asked: Future[Sequence[FilesFound]],
    wanted: Sequence[FileRequest],
    faults: dict[str, str],
) -> dict[str, Sequence[WorkstationFile]]:
    problem = _problem(asked.result)
    if problem:
        faults |= {request.key: problem for request in wanted}
        return {}
    answers: dict[str, Sequence[WorkstationFile]] = {}
    for request, found in zip(wanted, asked.result(), strict=True):
        if isinstance(found, GraderError):
            faults[request.key] = _named(found)
        else:
            answers[request.key] = found
    return answers


def _problem(result: Callable[[], Any]) -> str:
    try:
        result()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is ours and is recorded
        return _named(error)
    return ""


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
