"""Judges many recorded submissions of one scenario in one run of pytest, each in a process of its own.

Starting pytest and importing the checks takes longer than running them. So both are done once, and for each
submission the process forks: the child runs the checks on that evidence, sends what came of it through a pipe, and
ends. Nothing that a check does to its process (a global that it changes, a module that it patches, memory that it
eats, a crash) reaches another submission: they are further apart than two submissions judged live, one after the
other.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.judging.check_plugin import CheckPlugin, Sight
from grader.judging.collect import check_files, collect_checks
from grader.judging.judge import results
from grader.judging.pytest_run import run_pytest
from grader.judging.recorded.evidence import Evidence, read_evidence
from grader.judging.recorded.rejudge import rejudgement, scenario_of
from grader.model.errors import Code, GraderError
from grader.model.rejudgement import Rejudgement
from grader.model.scenario import Scenario
from grader.model.studio import Studio

Outcome = Rejudgement | GraderError
Task = tuple[Path, Path]
"""An evidence file and the folder of scenarios to judge it by."""

LIMIT_S = 120.0
"""How long the checks of one submission may take; they only look at what was recorded."""

_PIECE = 1 << 16


@dataclass(frozen=True)
class _Work:
    """One submission to be judged."""

    path: Path
    evidence: Evidence
    scenario: Scenario
    seconds: float


def replay(tasks: Iterator[Task], tell: Callable[[Outcome], None]) -> None:
    """Judge evidence files again, and tell of each what came of it, in their order.

    Files of the same scenario that follow each other share a run of pytest; each has its own process.
    """
    reading = _Reading(tasks, tell)
    while reading.next() is not None:
        before = reading.count
        server = _Server(reading, tell)
        try:
            server.serve()
        except GraderError as error:
            tell(error)
            reading.done()
        else:
            if reading.count == before:
                # pytest ended before it could judge: by itself, a submission at least says why.
                tell(GraderError(Code.JUDGING_FAILED, f"pytest could not judge: {server.output}"))
                reading.done()


class _Reading:
    """The submissions to come, read one ahead; files that can't be read are told and left out."""

    def __init__(self, tasks: Iterator[Task], tell: Callable[[Outcome], None]) -> None:
        self._tasks = tasks
        self._tell = tell
        self._scenarios: list[tuple[tuple[Path, str, int, Studio], Scenario]] = []
        self._work: _Work | None = None
        self.count = 0

    def next(self) -> _Work | None:
        """The next submission; the same one until it is done; None where there is no more."""
        while self._work is None:
            task = next(self._tasks, None)
            if task is None:
                return None
            try:
                self._work = self._read(*task)
            except GraderError as error:
                self._tell(error)
            except Exception as error:  # noqa: BLE001 - one file must not keep the others from being judged
                self._tell(_broken(task[0], error))
        return self._work

    def _read(self, path: Path, scenarios: Path) -> _Work:
        began = time.monotonic()
        evidence = read_evidence(path)
        scenario = self._scenario(evidence, scenarios)
        return _Work(path, evidence, scenario, time.monotonic() - began)

    def _scenario(self, evidence: Evidence, scenarios: Path) -> Scenario:
        """Its scenario; read once for all submissions to come that share all that it depends on."""
        key = (scenarios, evidence.scenario, evidence.seed, evidence.studio)
        for other, known in self._scenarios:
            if other == key:
                return known
        scenario = scenario_of(evidence, scenarios)
        self._scenarios.append((key, scenario))
        return scenario

    def done(self) -> None:
        """Go on to the one after it."""
        self._work = None
        self.count += 1


class _Server(CheckPlugin):
    """Collects a scenario's checks once, and runs them in a child process for each submission."""

    def __init__(self, reading: _Reading, tell: Callable[[Outcome], None]) -> None:
        first = reading.next()
        if first is None:  # pragma: no cover - asked only where there is one
            raise RuntimeError("nothing to serve")
        sight = Sight(first.evidence.observation, first.evidence.start)
        super().__init__(first.scenario, lambda _checks: sight)
        self.output = ""
        self._reading = reading
        self._tell = tell

    def serve(self) -> None:
        """Judge every submission to come until one is of another scenario.

        Raises:
            GraderError: scenario-invalid, where the checks have mistakes.
        """
        collect_checks(self.scenario)
        folder = self.scenario.folder
        self.output = run_pytest(folder, check_files(folder), self).output

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the collected checks once for each submission, instead of once."""
        while (work := self._reading.next()) is not None:
            if work.scenario.folder != self.scenario.folder:
                break
            self._tell(self._judged(work, session))
            self._reading.done()
        return True

    def _judged(self, work: _Work, session: pytest.Session) -> Outcome:
        began = time.monotonic()
        receiver, sender = os.pipe()
        with warnings.catch_warnings():
            # The other thread only waits for the parent's end; see `rejudge_many`.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            os.close(receiver)
            self._answer(sender, work, session)
        os.close(sender)
        try:
            answer = _received(receiver, began + LIMIT_S)
        finally:
            os.close(receiver)
            ended = _ended(child)
        if answer is None:
            return GraderError(
                Code.JUDGING_FAILED, f"the process that judged {ended}", where=str(work.path)
            )
        outcome: Outcome = pickle.loads(answer)  # noqa: S301 - our own child wrote it
        if isinstance(outcome, Rejudgement):
            return outcome.timed(work.seconds + time.monotonic() - began)
        return outcome

    def _answer(self, sender: int, work: _Work, session: pytest.Session) -> None:
        """In the child: judge, send what came of it, and end without a trace."""
        code = 1
        with contextlib.suppress(BaseException):
            data = pickle.dumps(self._outcome_of(work, session))
            with os.fdopen(sender, "wb") as stream:
                stream.write(data)
            code = 0
        os._exit(code)

    def _outcome_of(self, work: _Work, session: pytest.Session) -> Outcome:
        evidence, items = work.evidence, session.items
        trouble = ""
        try:
            checks = collect_checks(work.scenario)
        except GraderError as error:
            return error
        try:
            self.begin(work.scenario, Sight(evidence.observation, evidence.start))
            for item, following in zip(items, [*items[1:], None], strict=True):
                session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except pytest.exit.Exception:
            # The checks that did not run any more are errors by that.
            pass
        except Exception as error:  # noqa: BLE001 - pytest itself broke down; then no check has a verdict
            trouble = f"{type(error).__name__}: {error}"
        except BaseException as error:  # noqa: BLE001 - Ctrl-C, or a check that raised as if
            return _broken(work.path, error)
        trouble = trouble or self.internal_error
        judged = results(checks, self.outcomes.values(), evidence.observation, trouble)
        return rejudgement(work.path, evidence, work.scenario, judged)


def _received(receiver: int, deadline: float) -> bytes | None:
    """All that the child sends until it closes the pipe; None where time is up or it sent nothing."""
    pieces: list[bytes] = []
    while select.select([receiver], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(receiver, _PIECE)
        if not piece:
            return b"".join(pieces) or None
        pieces.append(piece)
    return None


def _ended(child: int) -> str:
    """Wait for the child, end it where it does not end, and say how it ended."""
    with contextlib.suppress(ProcessLookupError):
        # Dead already where it has answered; a zombie takes the signal without harm.
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return f"was ended by {signal.Signals(number).name}, or took longer than {LIMIT_S:.0f} s"
    return f"ended with exit code {os.waitstatus_to_exitcode(status)}"


def _broken(path: Path, error: BaseException) -> GraderError:
    what = f"this evidence can't be judged: {type(error).__name__}: {error}"
    return GraderError(Code.JUDGING_FAILED, what, where=str(path))
