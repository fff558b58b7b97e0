"""How an author declares a check, and what it wants observed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from grader.model.observation import HttpProbe, LogRequest
from grader.model.studio import NAMESPACE
from grader.model.text import Bilingual

ATTRIBUTE = "__grader_check__"
"""Where a check function carries its declaration."""

Function = TypeVar("Function", bound=Callable[..., Any])


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
    """

    title: Bilingual
    points: int
    guard: bool = False
    probes: tuple[HttpProbe, ...] = ()
    logs: tuple[LogRequest, ...] = ()
    files: tuple[str, ...] = ()


def check(
    *,
    points: int,
    fr: str,
    en: str,
    guard: bool = False,
    probes: Sequence[HttpProbe] = (),
    logs: Sequence[LogRequest] = (),
    files: Sequence[str] = (),
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
        files: What workstation files to read, by absolute path; they are in the fixture `files`.

    Raises:
        ValueError: Points below 1, or an empty title.
    """
    if type(points) is not int or points < 1:
        raise ValueError(f"points: {points!r}, allowed: a whole number from 1")
    if not fr.strip() or not en.strip():
        raise ValueError("fr, en: a check needs a title in both languages")
    declaration = Declaration(
        Bilingual(fr, en), points, guard, tuple(probes), tuple(logs), tuple(files)
    )

    def mark(function: Function) -> Function:
        setattr(function, ATTRIBUTE, declaration)
        return function

    return mark


def http_probe(
    service: str, path: str = "/", *, port: str = "http", namespace: str = NAMESPACE
) -> HttpProbe:
    """A request to a Service: `http_probe("geolocation", "/health")`; `port` is its name or number."""
    return HttpProbe(namespace, service, port, path)


def service_logs(service: str, *, lines: int = 500, namespace: str = NAMESPACE) -> LogRequest:
    """The logs of a studio service's pods: the last `lines` of each container."""
    return LogRequest(namespace, {"app.kubernetes.io/name": service}, lines)


def check_id(function_name: str) -> str:
    """The id of a check function: "test_pods_ready" is "pods-ready"."""
    return function_name.removeprefix("test_").replace("_", "-")
