"""Trials are made in an order that leaves no thread without work for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Semaphore
from typing import Any, cast

import pytest

from grader.judging.proof.cache import Kept
from grader.judging.proof.claims import Claim, Group
from grader.judging.proof.difference import Solved
from grader.judging.proof.lease import Cancelled
from grader.judging.proof.scenario_trials import ScenarioTrials, Trial
from grader.judging.proof.schedule import Progress, Schedule
from grader.model.verdict import Verdict
from tests.judging.world import deploy_service

SOON_S = 10.0


class CountedPool(ThreadPoolExecutor):
    """One thread, which can wait for more to be handed to it."""

    def __init__(self) -> None:
        super().__init__(1)
        self._handed = Semaphore(0)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Count it."""
        future = super().submit(fn, *args, **kwargs)
        self._handed.release()
        return future

    def wait_for(self, number: int) -> None:
        """Wait until so many have been handed to it."""
        for _ in range(number):
            assert self._handed.acquire(timeout=SOON_S), f"fewer than {number} came"


@dataclass
class Told:
    """Trials that only tell that they were made."""

    name: str
    made: list[str]
    names: Sequence[str] = ("solves", "wrong")
    damages: bool = True
    groups: frozenset[Group] = field(default_factory=lambda: frozenset(Group))

    def first(self) -> Iterator[Trial]:
        """One for each name."""
        return (self._trial(name) for name in self.names)

    def last(self, _solved: Sequence[Solved]) -> Trial | None:
        """The trial that damages."""
        return self._trial("damage") if self.damages else None

    def before(self, name: str) -> None:
        """Called as a trial begins."""

    def _trial(self, name: str) -> Trial:
        def run() -> Kept:
            self.before(name)
            self.made.append(f"{self.name} {name}")
            return Kept((Claim(Group.WRONG, name, Verdict.PASSED, ()),))

        return Trial(((Group.WRONG, name),), run, solves=name == "solves")


def scheduled(told: Sequence[Told], *, settle: dict[str, int], apart: str = "") -> Schedule:
    """A schedule of them; the services of one of them are others."""

    def progress(one: Told) -> Progress:
        scenario = replace(
            deploy_service(),
            id=one.name,
            folder=Path(one.name),
            settle_s=settle[one.name],
            services=("routing",) if one.name == apart else ("audio",),
        )
        return Progress(cast("ScenarioTrials", one), scenario)

    return Schedule([progress(one) for one in told], lambda _scenario, _claim: None)


def test_solved_work_is_damaged_at_once() -> None:
    """What can only be done once others are is done before what comes later, not with nothing beside it."""
    made: list[str] = []

    class Waiting(Told):
        def before(self, name: str) -> None:
            if name == "wrong":
                # Four that are known from the beginning, and the damage.
                pool.wait_for(5)

    first, then = Waiting("one", made), Told("two", made)
    schedule = scheduled([first, then], settle={"one": 2, "two": 1})
    with CountedPool() as pool:
        schedule.run(pool)
    assert sorted(made[:3]) == ["one damage", "one solves", "one wrong"]
    assert sorted(made[3:]) == ["two damage", "two solves", "two wrong"]
    for progress in schedule.scenarios:
        assert {claim.name for claim in progress.claims} == {"solves", "wrong", "damage"}


def test_what_is_waited_for_least_comes_last() -> None:
    """Scenarios that can share sandboxes follow each other, and nothing long is left for the end."""
    made: list[str] = []
    told = [Told(name, made, ("wrong",), damages=False) for name in ("a", "b", "c", "d")]
    schedule = scheduled(told, settle={"a": 60, "b": 30, "c": 45, "d": 20}, apart="c")
    with ThreadPoolExecutor(1) as pool:
        schedule.run(pool)
    assert made == ["c wrong", "a wrong", "b wrong", "d wrong"]
    assert [progress.scenario.id for progress in schedule.scenarios] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("raised", "claimed"),
    [
        (Cancelled(), []),
        (OSError("no such folder"), [(Verdict.ERROR, ("OSError: no such folder",))]),
    ],
)
def test_a_trial_that_comes_to_nothing(
    raised: Exception, claimed: list[tuple[Verdict, tuple[str, ...]]]
) -> None:
    """What breaks is an error of the claims that it was to make; what is ended by a person claims nothing."""

    class Ending(Told):
        def before(self, name: str) -> None:
            if name == "wrong":
                raise raised

    schedule = scheduled([Ending("one", [], ("wrong",), damages=False)], settle={"one": 1})
    with ThreadPoolExecutor(1) as pool:
        schedule.run(pool)
    assert [(c.verdict, c.reasons) for c in schedule.scenarios[0].claims] == claimed
