"""Observes and judges again until all is well, time is up, or nothing can change any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from grader.checks.wording import shown
from grader.judging.causes import Cause, cause_named, cause_of_look
from grader.judging.check_run import CheckRun, NotSeen
from grader.judging.clock import Clock
from grader.judging.collect import DeclaredCheck
from grader.judging.holding import Holding, held_long_enough
from grader.judging.judge import errors
from grader.judging.observing.motion import at_rest, fingerprint, is_starting
from grader.judging.observing.observe import Wants, observe
from grader.judging.recorded.redact import Redaction
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.submission import Round
from grader.model.verdict import CheckResult, Verdict
from grader.sandbox.protocol import Sandbox

PAUSE_S = 0.1
"""Between two looks, at least."""
LONGEST_PAUSE_S = 1.0
"""Between two looks, at most: on a slow machine as long as the look took, so that half of the time is the cluster's."""
HOLD_PAUSE_S = 0.5
"""Between two looks at what has to hold, at least, but for the last one: that comes as soon as it can count."""
QUIET_PART = 0.25
"""Where nothing changes, what share of that time is let pass before the next look: it is ever less likely that it does."""
LONGEST_QUIET_PAUSE_S = 4.0
"""How long it is let pass at most."""
QUIET_S = 2.0
"""How long a sandbox at rest has to stay exactly as it is before waiting on is given up.

A pod that gets ready reaches the Service's rules a moment later; that moment is shorter than this.
"""
GRACE_S = 60.0
"""How long, after the time to settle, a pod that is starting and has failed at nothing is waited for.

A slow machine must not cost a point.
"""


@dataclass
class Convergence:
    """One judging until it converges.

    Args:
        sandbox: What is judged.
        scenario: Whose checks judge it.
        start: The sandbox before the candidate began.
        clock: Tells the time.
        on_round: Called after each look.
    """

    sandbox: Sandbox
    scenario: Scenario
    start: StartingPoint
    clock: Clock
    on_round: Callable[[Round], None] = lambda _round: None
    observation: Observation | None = None
    results: tuple[CheckResult, ...] = ()
    trouble: str = ""
    rounds: int = 0
    phases: dict[str, float] = field(default_factory=dict)
    _holding: Holding = field(default_factory=Holding)
    _redaction: Redaction = field(default_factory=Redaction)

    def run(self) -> None:
        """Look until every check passes and has held; the last look is the one that counts.

        A state that was there for a moment and is gone again is not what a candidate hands in. What
        holds when time is up, and has to for longer, is watched until it has or breaks.

        Raises:
            GraderError: scenario-invalid, where the checks themselves have mistakes.
        """
        with closing(CheckRun(self.scenario, self.start)) as checks:
            self._run(checks)

    def _run(self, checks: CheckRun) -> None:
        began = self.clock.now()
        deadline = began + self.scenario.settle_s
        quiet_since, last = began, None
        while True:
            looked = self.clock.now()
            self._look(checks)
            self.rounds += 1
            seconds = self.clock.now() - began
            self.on_round(Round(self.rounds, seconds, self.results, self.trouble))
            seen = self._state()
            if seen is None or seen != last:
                quiet_since, last = looked, seen
            quiet_s = looked - quiet_since
            if self._is_over(deadline, quiet_s):
                return
            self._pause(self.clock.now() - looked, quiet_s, deadline, checks.declared)

    def _look(self, checks: CheckRun) -> None:
        declared = checks.declared
        wants = Wants.of([check.declaration for check in declared])
        before = ended = self.clock.now()

        def look() -> Observation:
            nonlocal ended
            try:
                return observe(self.sandbox, wants, self._redaction)
            finally:
                ended = self.clock.now()

        try:
            observation, judged = checks.judge(look)
        except NotSeen as error:
            self.observation = None
            self.trouble = shown(f"the sandbox can't be observed: {error.reason}")
            self.results = errors(declared, self.trouble, cause_of_look(error.reason))
            self._holding.seconds(self.results, began=before, ended=before)
            return
        finally:
            # Pytest starts during the first look: what is left of its time is that of the checks.
            self._add("observe", ended - before)
            self._add("judge", self.clock.now() - ended)
        self.trouble = ""
        held = self._holding.seconds(judged, began=before, ended=ended)
        self.observation = replace(observation, held=held)
        self.results = held_long_enough(declared, judged, held)

    def _state(self) -> object:
        """What has to stay the same for a sandbox to be quiet; None where nothing was seen."""
        if self.observation is None:
            return None
        return fingerprint(self.observation), tuple(result.verdict for result in self.results)

    def _is_over(self, deadline: float, quiet_s: float) -> bool:
        if self.results and all(result.verdict is Verdict.PASSED for result in self.results):
            return True
        if self._has_to_hold():
            return False
        causes = self._causes()
        left_s = deadline - self.clock.now()
        if left_s <= 0:
            late = self.observation is not None and is_starting(self.observation)
            return left_s <= -GRACE_S or not late
        if not any(cause.retried for cause in causes):
            return True
        return (
            all(cause.graded or not cause.retried for cause in causes)
            and quiet_s >= QUIET_S
            and self.observation is not None
            and at_rest(self.observation, left_s)
        )

    def _has_to_hold(self) -> bool:
        return Cause.NOT_HELD in self._causes()

    def _causes(self) -> set[Cause]:
        """Why checks do not pass."""
        return {cause_named(r.cause) for r in self.results if r.verdict is not Verdict.PASSED}

    def _pause(
        self, look_s: float, quiet_s: float, deadline: float, declared: Sequence[DeclaredCheck]
    ) -> None:
        """Let the cluster work: longer where nothing has changed for long, but not past the next end of waiting.

        What has to hold is looked at as often however long it has held, so that no break of it is missed, and for the
        last time as soon as it has for long enough.
        """
        before = self.clock.now()
        pause_s = min(max(PAUSE_S, look_s), LONGEST_PAUSE_S)
        if self._has_to_hold():
            left_s = self._holding.over_at(declared) - before
            pause_s = min(max(pause_s, HOLD_PAUSE_S), max(left_s, PAUSE_S))
        else:
            decides = deadline if before < deadline else deadline + GRACE_S
            quiet_pause_s = min(quiet_s * QUIET_PART, LONGEST_QUIET_PAUSE_S, decides - before)
            pause_s = max(pause_s, quiet_pause_s)
        self.clock.wait(pause_s)
        self._add("wait", self.clock.now() - before)

    def _add(self, phase: str, seconds: float) -> None:
        self.phases[phase] = self.phases.get(phase, 0.0) + seconds
