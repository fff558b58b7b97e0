"""Parameters drawn from a seed: the same seed gives the same task, on every machine and for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from grader.judging.authoring.scenario_schema import Choice, Range
from grader.model.scenario import ParameterValue


def offered(declared: Mapping[str, Choice | Range]) -> Mapping[str, Sequence[ParameterValue]]:
    """What each parameter may be, in the order of its declaration."""
    return {
        name: spec.choice if isinstance(spec, Choice) else range(spec.from_, spec.to + 1)
        for name, spec in declared.items()
    }


def draw(
    scenario: str, values: Mapping[str, Sequence[ParameterValue]], seed: int
) -> Mapping[str, ParameterValue]:
    """One of the values of each parameter.

    Each is drawn by itself from a hash of scenario, seed and name: a new parameter does not change
    the others, and no library's random generator has a say.
    """
    return {name: _drawn(among, f"{scenario}/{seed}/{name}") for name, among in values.items()}


def _drawn(among: Sequence[ParameterValue], key: str) -> ParameterValue:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return among[number % len(among)]
