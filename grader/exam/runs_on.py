"""What a sandbox runs on, where it can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from grader.sandbox.protocol import Sandbox


@runtime_checkable
class Described(Protocol):
    """A sandbox that can say what it runs on."""

    def runs_on(self) -> Mapping[str, str]:
        """By what it is: "engine", "kubernetes", "image"."""


def runs_on(sandbox: Sandbox, reason: str) -> Mapping[str, str]:
    """What the sandbox says, for the report, after the reason why its provider was taken; what is unknown is left out."""
    why = {"reason": reason} if reason else {}
    return {**why, **sandbox.runs_on()} if isinstance(sandbox, Described) else why
