"""What a scenario's author declares to prove nothing, each with a reason that the report shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar

from grader.judging.proof.claims import Excepted, Group
from grader.model.scenario import ProofException


class Named(Protocol):
    """A mutant or a rewrite."""

    @property
    def name(self) -> str:
        """By it authors speak of it."""


Thing = TypeVar("Thing", bound=Named)


def split(
    things: Iterable[Thing], exceptions: Sequence[ProofException], group: Group
) -> tuple[list[Thing], list[Excepted]]:
    """Those to be judged, and those that the author excepted."""
    judged: list[Thing] = []
    excepted: list[Excepted] = []
    for thing in things:
        reason = next((e.reason for e in exceptions if fnmatchcase(thing.name, e.name)), None)
        if reason is None:
            judged.append(thing)
        else:
            excepted.append(Excepted(group, thing.name, reason))
    return judged, excepted


def unused(names: Sequence[str], exceptions: Sequence[ProofException]) -> list[str]:
    """Declared names that nothing has: a mistake of the author's, or a mutant that is gone."""
    return [e.name for e in exceptions if not any(fnmatchcase(n, e.name) for n in names)]
