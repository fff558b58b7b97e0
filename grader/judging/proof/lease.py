"""A sandbox that is a candidate's for the while of a trial, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from grader.model.observation import StartingPoint
from grader.model.scenario import Scenario
from grader.sandbox.protocol import Sandbox


@dataclass
class Lease:
    """A sandbox as a candidate of a scenario finds it.

    Attributes:
        sandbox: Where the work is done.
        scenario: With its parameters drawn.
        start: What was seen before the candidate began.
        ready_s: How long it took to get there.
        fresh: Whether it was made for this; else it was reset.
        spoilt: Set by the borrower where it must not be used again.
    """

    sandbox: Sandbox
    scenario: Scenario
    start: StartingPoint
    ready_s: float
    fresh: bool = True
    spoilt: bool = False


class Sandboxes(Protocol):
    """Lends sandboxes and ends them."""

    def lend(self, scenario: Scenario, *, fresh: bool = False) -> AbstractContextManager[Lease]:
        """A sandbox of the scenario; given back where the block ends.

        Args:
            scenario: With its parameters drawn.
            fresh: Whether it must be made for this; else it may be one that was brought back to its start.

        Raises:
            GraderError: It can't be had.
            Cancelled: The proof is being ended.
        """

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled where the proof is being ended."""

    def close(self) -> Mapping[str, Sequence[str]]:
        """End every sandbox; what is left of any on this machine, by the scenarios that used it.

        One that is lent is stopped under its borrower, and ended for good as it is given back; what is left of
        that is told by the next call. A scenario that used sandboxes and left nothing has an empty list.
        """


class Cancelled(Exception):  # noqa: N818 - somebody wants it so
    """The proof is being ended: a person or the system wants it so."""
