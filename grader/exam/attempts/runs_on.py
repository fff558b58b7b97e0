"""What a sandbox runs on, where it can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from grader.model.errors import GraderError

if TYPE_CHECKING:
    from grader.model.text import Bilingual
    from grader.sandbox.protocol import Sandbox


@runtime_checkable
class Described(Protocol):
    """A sandbox that can say what it runs on."""

    def runs_on(self) -> Mapping[str, Bilingual]:
        """By what it is: "engine", "kubernetes", "image"."""


def runs_on(sandbox: Sandbox, reason: Bilingual | None) -> Mapping[str, Bilingual]:
    """What the sandbox says, for the report, after the reason why its provider was taken; what is unknown is left out.

    One that does not answer is no reason to judge nothing: that is for the judging to find, and to call an error.
    """
    why = {"reason": reason} if reason else {}
    if not isinstance(sandbox, Described):
        return why
    try:
        return {**why, **sandbox.runs_on()}
    except GraderError:
        return why
