"""How an author declares a check, and what it wants observed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from grader.model.observation import DiskRequest, FileRequest, HttpProbe, LogRequest
from grader.model.studio import NAMESPACE
from grader.model.text import Bilingual

ATTRIBUTE = "__grader_check__"
"""Where a check function carries its declaration."""

HOLDS_AT_MOST_S = 120

Function = TypeVar("Function", bound=Callable[..., Any])

_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Part:
    """A part of a check, with points of its own.

    Attributes:
        id: Names it in the check: `with subtests.test("config")`.
        points: What it is worth of the check's points.
        title: What is graded, one line without a final period.
    """

    id: str
    points: int
    title: Bilingual


@dataclass(frozen=True)
class Declaration:
    """What a check says of itself.

    Attributes:
        title: What is graded, one line without a final period.
        points: What it is worth, at least 1.
        guard: It holds from the start and must still hold; else it fails on the untouched sandbox.
        probes: Requests to Services that it wants answered.
        logs: Logs that it wants read.
        files: Absolute paths of workstation files that it wants read.
        listings: Workstation files that it wants found by a pattern.
        disks: Disks of the workstation whose room it wants known.
        parts: What it is split into; their points add up to its own. Empty: all or nothing.
        holds_for: For how many seconds it has to pass without a break.
    """

    title: Bilingual
    points: int
    guard: bool = False
    probes: tuple[HttpProbe, ...] = ()
    logs: tuple[LogRequest, ...] = ()
    files: tuple[str, ...] = ()
    listings: tuple[FileRequest, ...] = ()
    disks: tuple[DiskRequest, ...] = ()
    parts: tuple[Part, ...] = ()
    holds_for: float = 0


def check(  # noqa: PLR0913 - keywords only, each by its own name in the author's guide
    *,
    points: int,
    fr: str,
    en: str,
    guard: bool = False,
    probes: Sequence[HttpProbe] = (),
    logs: Sequence[LogRequest] = (),
    files: Sequence[str | FileRequest] = (),
    disks: Sequence[DiskRequest] = (),
    parts: Sequence[Part] = (),
    holds_for: float = 0,
) -> Callable[[Function], Function]:
    """Declare a test function to be a check.

    Its id is the function's name: `test_pods_ready` is "pods-ready".

        HEALTH = http_probe("geolocation", "/health")

        @check(points=10, fr="/health répond", en="/health answers", probes=[HEALTH])
        def test_health(answers: Answers) -> None:
            ...

    Args:
        points: What it is worth, a whole number from 1.
        fr: Its title in French.
        en: Its title in English.
        guard: It holds on the untouched sandbox and must still hold at the end.
        probes: What to ask of Services; the answers are in the fixture `answers`.
        logs: What logs to read; they are in the fixture `logs`.
        files: What workstation files to read, by absolute path or `workstation_files(...)`; they
            are in the fixture `files`.
        disks: What disks of the workstation to look at, `disk_usage(...)`; they are in `disks`.
        parts: What it is split into, so that half of the work earns its points; see `part`.
        holds_for: For how many seconds, up to 120, it has to pass on every look without a break:
            for what must not only be reached but last.

    Raises:
        ValueError: Points below 1, an empty title, parts that don't add up, or no such time.
    """
    _refuse_nonsense(points, fr, en)
    _refuse_parts(points, parts)
    if isinstance(holds_for, bool) or not 0 <= holds_for <= HOLDS_AT_MOST_S:
        raise ValueError(f"holds_for: {holds_for!r}, allowed: seconds, 0 to {HOLDS_AT_MOST_S}")
    declaration = Declaration(
        title=Bilingual(fr, en),
        points=points,
        guard=guard,
        probes=tuple(probes),
        logs=tuple(logs),
        files=tuple(wanted for wanted in files if isinstance(wanted, str)),
        listings=tuple(wanted for wanted in files if isinstance(wanted, FileRequest)),
        disks=tuple(disks),
        parts=tuple(parts),
        holds_for=holds_for,
    )

    def mark(function: Function) -> Function:
        setattr(function, ATTRIBUTE, declaration)
        return function

    return mark


def part(name: str, *, points: int, fr: str, en: str) -> Part:
    """A part of a check, which passes or fails by itself.

        @check(points=10, fr="…", en="…", parts=[
            part("config", points=4, fr="La configuration est rendue", en="The configuration is back"),
            part("data", points=6, fr="Les données sont rendues", en="The data is back"),
        ])
        def test_restored(cluster: Cluster, subtests: Subtests) -> None:
            with subtests.test("config"):
                expect(...)
            with subtests.test("data"):
                expect(...)

    Every part has to be run, whatever became of those before it. A part may be run more than once,
    as in a loop; it passes if it passed each time. What fails before the parts fails all of them.

    Raises:
        ValueError: Points below 1, an empty title, or a name that is not lower-case words.
    """
    if not _PART.fullmatch(name):
        raise ValueError(f"part {name!r}, allowed: lower-case words joined by hyphens")
    _refuse_nonsense(points, fr, en)
    return Part(name, points, Bilingual(fr, en))


def http_probe(
    service: str, path: str = "/", *, port: str = "http", namespace: str = NAMESPACE
) -> HttpProbe:
    """A request to a Service: `http_probe("geolocation", "/health")`; `port` is its name or number."""
    return HttpProbe(namespace, service, port, path)


def service_logs(service: str, *, lines: int = 500, namespace: str = NAMESPACE) -> LogRequest:
    """The logs of a studio service's pods: the last `lines` of each container."""
    return LogRequest(namespace, {"app.kubernetes.io/name": service}, lines)


def workstation_files(
    pattern: str, *, limit: int = 20_000_000, most: int = 50, content: bool = True
) -> FileRequest:
    """Files at the workstation: `workstation_files("{{ archives }}/*.zip")`.

    Args:
        pattern: An absolute path with `*`, `?`, `[a-z]`, and `**` for any folders. A name that
            begins with a dot is meant only by a pattern with that dot.
        limit: How many bytes of each are read.
        most: How many there may be; where there are more, the check is an error.
        content: Whether their content is read, or only name, size and time.

    Raises:
        ValueError: A limit below 1, or a path that is not absolute.
    """
    if limit < 1 or most < 1:
        raise ValueError(f"limit: {limit}, most: {most}, allowed: whole numbers from 1")
    _refuse_relative(pattern)
    return FileRequest(pattern, limit if content else 0, most)


def disk_usage(path: str) -> DiskRequest:
    """The disk at the workstation that holds a path: `disk_usage("{{ backups }}")`.

    Raises:
        ValueError: The path is not absolute.
    """
    _refuse_relative(path)
    return DiskRequest(path)


def check_id(function_name: str) -> str:
    """The id of a check function: "test_pods_ready" is "pods-ready"."""
    return function_name.removeprefix("test_").replace("_", "-")


def _refuse_nonsense(points: int, fr: str, en: str) -> None:
    if type(points) is not int or points < 1:
        raise ValueError(f"points: {points!r}, allowed: a whole number from 1")
    if not fr.strip() or not en.strip():
        raise ValueError("fr, en: a title is needed in both languages")


def _refuse_parts(points: int, parts: Sequence[Part]) -> None:
    if not parts:
        return
    names = [part.id for part in parts]
    if len(names) != len(set(names)):
        raise ValueError(f"parts: {', '.join(names)}, allowed: each name once")
    total = sum(part.points for part in parts)
    if total != points:
        raise ValueError(f"parts: {total} points in all, allowed: {points}, those of the check")


def _refuse_relative(path: str) -> None:
    if not path.startswith(("/", "{{")):
        raise ValueError(
            f"{path!r}, allowed: an absolute path, or one of {{{{ backups }}}} and so on"
        )
