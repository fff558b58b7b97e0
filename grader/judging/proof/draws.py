"""Which draws show a scenario with every value that its parameters may have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.judging.authoring.parameters import draw
from grader.model.scenario import ParameterValue, Scenario

MOST_VALUES = 16
"""A parameter that may be more than that, such as a number of four digits, is not drawn value by value."""
FEW_VALUES = 8
"""What a quick proof draws value by value: kinds of faults rather than services."""

# So many seeds hold each of sixteen values but for one time in 10^27.
_SEARCHED = 1000


@dataclass(frozen=True)
class Draw:
    """One drawing of all parameters.

    Attributes:
        seed: What it is drawn from.
        first: Its values that no draw before it had, by parameter.
    """

    seed: int
    first: Mapping[str, ParameterValue] = field(default_factory=dict)

    def __str__(self) -> str:
        values = ", ".join(f"{name} {_words(value)}" for name, value in self.first.items())
        return f"seed {self.seed}: {values}" if values else f"seed {self.seed}"


def draws(scenario: Scenario, *, most_values: int = MOST_VALUES) -> tuple[Draw, ...]:
    """A scenario's own draw, that of the next seed, and as many more as it takes to draw every value.

    Each one more is the one that has most values which none before it had, and of these the first. A
    scenario without parameters has one draw.

    Args:
        scenario: With what its parameters may be; its seed is where the draws begin.
        most_values: Parameters that may be more than that are not looked at.
    """
    if not scenario.parameters:
        return (Draw(scenario.seed),)
    counted = {n: among for n, among in scenario.choices.items() if len(among) <= most_values}
    found = {
        seed: set(_places(scenario, counted, seed))
        for seed in range(scenario.seed, scenario.seed + _SEARCHED)
    }
    # What a list has twice is drawn as its first.
    missing = set[tuple[str, int]]().union(*found.values())
    made: list[Draw] = []
    for seed in (scenario.seed, scenario.seed + 1):
        made.append(_named(counted, seed, found[seed] & missing))
        missing -= found[seed]
    while missing:
        best = max(found, key=lambda seed: (len(found[seed] & missing), -seed))
        made.append(_named(counted, best, found[best] & missing))
        missing -= found[best]
    return tuple(made)


def one_of(among: Sequence[Draw], name: str) -> Draw:
    """The draw that something is shown with: by its name, so that nothing else changes it."""
    return among[int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % len(among)]


def _places(
    scenario: Scenario, counted: Mapping[str, Sequence[ParameterValue]], seed: int
) -> Iterator[tuple[str, int]]:
    """Each parameter with the place of its value among those it may be."""
    for name, value in draw(scenario.id, counted, seed).items():
        yield name, counted[name].index(value)


def _named(
    counted: Mapping[str, Sequence[ParameterValue]], seed: int, new: set[tuple[str, int]]
) -> Draw:
    places = dict(new)
    return Draw(seed, {name: counted[name][places[name]] for name in counted if name in places})


def _words(value: ParameterValue) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {part}" for name, part in value.items())
    return str(value)
