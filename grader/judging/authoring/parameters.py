"""Parameters drawn from a seed: the same seed gives the same task, on every machine and for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from grader.judging.authoring.scenario_schema import Choice, Range
from grader.model.scenario import ParameterValue


def draw(
    scenario: str, declared: Mapping[str, Choice | Range], seed: int
) -> Mapping[str, ParameterValue]:
    """A value for each parameter.

    Each is drawn by itself from a hash of scenario, seed and name: a new parameter does not change
    the others, and no library's random generator has a say.
    """
    return {name: _drawn(spec, f"{scenario}/{seed}/{name}") for name, spec in declared.items()}


def _drawn(spec: Choice | Range, key: str) -> ParameterValue:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    if isinstance(spec, Choice):
        return spec.choice[number % len(spec.choice)]
    return spec.from_ + number % (spec.to - spec.from_ + 1)
