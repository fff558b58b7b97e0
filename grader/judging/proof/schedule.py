"""In which order the trials of scenarios are made, several at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count
from queue import PriorityQueue

from grader.judging.proof.cache import Kept
from grader.judging.proof.claims import Claim, Excepted
from grader.judging.proof.difference import Solved
from grader.judging.proof.lease import Cancelled
from grader.judging.proof.scenario_trials import ScenarioTrials, Trial
from grader.model.errors import ExitCode, GraderError
from grader.model.scenario import Scenario
from grader.model.verdict import Verdict

OnClaim = Callable[[str, Claim], None]

_AT_ONCE, _IN_TURN = range(2)


@dataclass(eq=False)
class Progress:
    """How far one scenario is.

    Attributes:
        solved: What right answers left so far.
        solving: How many trials that solve it are still to be made.
    """

    trials: ScenarioTrials
    scenario: Scenario
    claims: list[Claim] = field(default_factory=list)
    excepted: list[Excepted] = field(default_factory=list)
    solved: list[Solved] = field(default_factory=list)
    solving: int = 0


@dataclass(frozen=True, order=True)
class _Turn:
    """When a trial is made: the one with the lowest place first, of those that are known."""

    place: tuple[int, int]
    progress: Progress = field(compare=False)
    trial: Trial = field(compare=False)


@dataclass(frozen=True)
class _Tried:
    progress: Progress
    trial: Trial
    outcome: Kept | Exception


@dataclass
class Schedule:
    """Makes every trial of scenarios.

    A trial that damages solved work is long, and can't begin before others have ended. It is made as soon as it can:
    left to the end, those of all scenarios would be at work with nothing else beside them.

    Args:
        scenarios: In any order.
        on_claim: Told of each claim as it is decided.
    """

    scenarios: Sequence[Progress]
    on_claim: OnClaim
    _turns: PriorityQueue[_Turn] = field(default_factory=PriorityQueue)

    def run(self, pool: ThreadPoolExecutor) -> None:
        """Make them by a pool's threads, and note the claims.

        Raises:
            GraderError: The environment lacks something.
        """
        waiting: set[Future[_Tried]] = set()
        numbers = count()

        def add(turn: _Turn) -> None:
            self._turns.put(turn)
            # A thread that is free takes what is first by then.
            waiting.add(pool.submit(self._make_next))

        def add_last(progress: Progress) -> None:
            last = None if progress.solving else progress.trials.last(progress.solved)
            if last is not None:
                add(_Turn((_AT_ONCE, next(numbers)), progress, last))

        for progress in _in_order(self.scenarios):
            first = list(progress.trials.first())
            progress.solving = sum(trial.solves for trial in first)
            for trial in first:
                add(_Turn((_IN_TURN, next(numbers)), progress, trial))
            add_last(progress)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                tried = future.result()
                self._note(tried)
                if tried.trial.solves:
                    tried.progress.solving -= 1
                    add_last(tried.progress)

    def _make_next(self) -> _Tried:
        turn = self._turns.get_nowait()
        try:
            return _Tried(turn.progress, turn.trial, turn.trial.run())
        except Exception as error:  # noqa: BLE001 - what it means is decided where it is noted
            return _Tried(turn.progress, turn.trial, error)

    def _note(self, tried: _Tried) -> None:
        progress, trial, kept = tried.progress, tried.trial, tried.outcome
        if isinstance(kept, Cancelled):
            return
        if isinstance(kept, Exception):
            kept = _broken(trial, kept)
        if kept.solved is not None and trial.solves:
            progress.solved.append(kept.solved)
        progress.excepted += kept.excepted
        for claim in kept.claims:
            if claim.group in progress.trials.groups:
                progress.claims.append(claim)
                self.on_claim(progress.scenario.id, claim)


def _broken(trial: Trial, error: Exception) -> Kept:
    """What is known of a trial that could not be made."""
    if not isinstance(error, GraderError):
        why = f"{type(error).__name__}: {error}"
    elif error.code.exit_code in {ExitCode.ENVIRONMENT, ExitCode.WRONG_USE}:
        raise error
    else:
        why = str(error)
    return Kept(tuple(Claim(g, name, Verdict.ERROR, (why,)) for g, name in trial.claims))


def _in_order(scenarios: Sequence[Progress]) -> list[Progress]:
    """Those with the same services and disk one after another, as they can share sandboxes.

    Last comes what is waited for least: at the end there is nothing else to be done meanwhile.
    """
    alike: dict[tuple[object, ...], list[Progress]] = defaultdict(list)
    for progress in sorted(scenarios, key=_settle_s, reverse=True):
        scenario = progress.scenario
        alike[tuple(scenario.services), scenario.disk_mib].append(progress)
    groups = sorted(alike.values(), key=lambda group: _settle_s(group[-1]), reverse=True)
    return [progress for group in groups for progress in group]


def _settle_s(progress: Progress) -> float:
    return progress.scenario.settle_s
