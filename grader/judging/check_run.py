"""Judges one look after another: a scenario's checks are imported once, and run on each of them.

Pytest runs in a thread of its own from the first look to the last: it starts while the sandbox is being looked at for the
first time, and between two looks it has given this process back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue

import pytest

from grader.judging.check_plugin import CheckPlugin, Sight, run_checks
from grader.judging.collect import check_files, collect_checks
from grader.judging.judge import results
from grader.judging.outcome import Outcome
from grader.judging.pytest_run import Turn, run_pytest
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import CheckResult

_END_S = 5.0
"""How long the end of a run is waited for: a check that does not end must not keep Ctrl-C from ending the rest."""


class NotSeen(Exception):  # noqa: N818 - it says what happened
    """The sandbox could not be observed.

    Args:
        reason: What was raised where it was tried.
    """

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class CheckRun:
    """The checks of a scenario, for as long as its work is being judged; whoever makes one closes it.

    A run of pytest that breaks down, or that a check ends, is followed by another one at the next look.

    Args:
        scenario: Whose checks judge.
        start: The sandbox before the candidate began.

    Raises:
        GraderError: scenario-invalid, where the checks themselves have mistakes.
    """

    def __init__(self, scenario: Scenario, start: StartingPoint) -> None:
        self.declared = collect_checks(scenario)
        self._scenario = scenario
        self._start = start
        self._thread: _PytestThread | None = None

    def judge(
        self, observe: Callable[[], Observation]
    ) -> tuple[Observation, tuple[CheckResult, ...]]:
        """Look, and judge what is seen.

        Args:
            observe: Takes the observation.

        Returns:
            What was observed, and the results as `judge` has them.

        Raises:
            NotSeen: `observe` raised.
        """
        running = self._thread = self._thread or _PytestThread(self._scenario)
        try:
            observation = observe()
        except Exception as error:
            raise NotSeen(error) from error
        judged = running.judge(Sight(observation, self._start))
        if judged.is_last:
            self._thread = None
        return observation, results(
            self.declared, judged.outcomes.values(), observation, judged.trouble
        )

    def close(self) -> None:
        """End the run."""
        if self._thread is not None:
            self._thread.end()


@dataclass(frozen=True)
class _Judged:
    """What became of the checks on one look.

    Attributes:
        trouble: What went wrong in the run, so that no check has a verdict; "" where nothing did.
        is_last: Whether the run is over by that.
    """

    outcomes: Mapping[str, Outcome]
    trouble: str
    is_last: bool = False


class _PytestThread:
    """One run of pytest, in a thread."""

    def __init__(self, scenario: Scenario) -> None:
        self._turn = Turn(scenario.folder)
        self._plugin = _LooksPlugin(scenario, self._turn)
        self._thread = threading.Thread(target=self._run, name="checks", daemon=True)
        self._thread.start()

    def judge(self, sight: Sight) -> _Judged:
        self._plugin.sights.put(sight)
        judged = self._plugin.judged.get()
        if isinstance(judged, BaseException):
            raise judged
        return judged

    def end(self) -> None:
        self._plugin.sights.put(None)
        self._thread.join(_END_S)

    def _run(self) -> None:
        plugin = self._plugin
        folder = plugin.scenario.folder
        try:
            run = run_pytest(folder, check_files(folder), plugin, turn=self._turn)
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are waited for
            plugin.judged.put(error)
            return
        if plugin.interrupted:
            plugin.judged.put(KeyboardInterrupt())
            return
        # Whoever has a look judged now waits for this; of one that was judged before, nothing is left.
        trouble = plugin.internal_error or ("" if plugin.outcomes else run.output)
        plugin.judged.put(_Judged(plugin.outcomes, trouble, is_last=True))


def _none_yet(_checks: object) -> Sight:
    raise RuntimeError("looks come one by one")


class _LooksPlugin(CheckPlugin):
    """Runs the checks on each look that is put into `sights`, until None is."""

    def __init__(self, scenario: Scenario, turn: Turn) -> None:
        super().__init__(scenario, _none_yet)
        self.sights: SimpleQueue[Sight | None] = SimpleQueue()
        self.judged: SimpleQueue[_Judged | BaseException] = SimpleQueue()
        self._turn = turn

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Nothing is looked at for pytest: what was seen is handed to it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object:
        """Instead of pytest's own loop, one for each look."""
        if session.testsfailed:
            # Pytest's own says why nothing was collected.
            return None
        self._turn.give_back()
        while (sight := self.sights.get()) is not None:
            self._turn.take()
            self.begin(self.scenario, sight)
            run_checks(session)
            judged = _Judged(self.outcomes, self.internal_error)
            self.outcomes = {}
            self._turn.give_back()
            self.judged.put(judged)
        self._turn.take()
        return True
