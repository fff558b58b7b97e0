"""What containers wrote, as far as a check declared it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.expectation import NotDeclared, NotSeen
from grader.checks.rendering import Render, as_it_is
from grader.model.observation import LogRequest, Observation, PodLog

ERROR_LEVELS = frozenset({"ERROR", "CRITICAL", "FATAL", "PANIC", "EMERGENCY", "ALERT"})


@dataclass(frozen=True)
class LogLine:
    """One line.

    Attributes:
        number: From 1, among those that were read.
        text: The line as it was written.
        fields: Of a JSON object; empty where it is none.
    """

    number: int
    text: str
    fields: Mapping[str, Any]

    @property
    def level(self) -> str:
        """Its level in capitals; "" where it has none."""
        return str(self.fields.get("level", "")).upper()

    @property
    def is_error(self) -> bool:
        """Whether it reports an error, in JSON or as a program that crashed writes it."""
        if self.fields:
            return self.level in ERROR_LEVELS
        return self.text.startswith(("Traceback (most recent call last)", "panic:", "Error:"))


@dataclass(frozen=True)
class ContainerLog:
    """The last lines of one container.

    Attributes:
        pod: The pod's name.
        container: The container's name.
        lines: The oldest first.
    """

    pod: str
    container: str
    lines: tuple[LogLine, ...]

    @property
    def errors(self) -> Sequence[LogLine]:
        """The lines that report an error."""
        return [line for line in self.lines if line.is_error]

    def where(self, line: LogLine | None = None) -> str:
        """Names the container, and a line of its log, for `expect`."""
        return f"log of pod {self.pod}, container {self.container}" + (
            f", line {line.number} of those read" if line else ""
        )


class Logs:
    """The logs that a check declared; the fixture `logs`.

    Args:
        observation: Where they are recorded.
        declared: The requests of this check.
        render: Puts the attempt's parameters into a request.
    """

    def __init__(
        self,
        observation: Observation,
        declared: tuple[LogRequest, ...],
        render: Render = as_it_is,
    ) -> None:
        self._observation = observation
        self._declared = declared
        self._render = render

    def of(self, request: LogRequest) -> Sequence[ContainerLog]:
        """One log a container; none where no pod has the labels.

        Raises:
            NotDeclared, NotSeen: It was not declared, or could not be read.
        """
        request = self._render(request)
        if request not in self._declared:
            raise NotDeclared(f"{request.key}: the check does not declare it in logs=[...]")
        found = self._observation.logs.get(request.key)
        if found is None:
            cause = self._observation.faults.get(request.key, "they were not read")
            raise NotSeen(f"{request.key}: {cause}")
        return [_log(log) for log in found]


def _log(log: PodLog) -> ContainerLog:
    lines = enumerate(log.text.splitlines(), start=1)
    return ContainerLog(
        log.pod, log.container, tuple(LogLine(n, text, _fields(text)) for n, text in lines)
    )


def _fields(text: str) -> Mapping[str, Any]:
    if not text.startswith("{"):
        return {}
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
