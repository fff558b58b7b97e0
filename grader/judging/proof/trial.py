"""One go at a scenario in a sandbox: somebody types, the work is judged as any candidate's is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.judging.authoring.templates import script
from grader.judging.clock import Clock, RealClock
from grader.judging.proof.claims import Claim, Ground, Group
from grader.judging.proof.expected import Judged, failed_checks
from grader.judging.proof.lease import Lease
from grader.judging.recorded.evidence import read_evidence
from grader.judging.recorded.rejudge import same_as_recorded
from grader.judging.submit import submit
from grader.judging.typed_answer import Played, type_answer
from grader.model.observation import Observation
from grader.model.scenario import Answer
from grader.model.submission import Round, Submission
from grader.model.verdict import Verdict


@dataclass(frozen=True)
class Attempted:
    """What judging came to.

    Attributes:
        submission: As any candidate's.
        observation: What it was judged on; None where nothing could be seen.
        seconds: From the submission to the verdict.
        differences: What is otherwise when the record of it is judged again; must be nothing.
    """

    submission: Submission
    observation: Observation | None
    seconds: float
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examiner:
    """Judges work in leased sandboxes.

    Args:
        folder: Where evidence is kept while the proof runs.
        on_round: Called after each look; may raise to end the looking.
        clock: Makes what tells the time of one judging.
    """

    folder: Path
    on_round: Callable[[Round], None]
    clock: Callable[[], Clock] = RealClock

    def judge(self, lease: Lease) -> Attempted:
        """Submit the work as it is now."""
        before = time.monotonic()
        submission = submit(
            lease.sandbox,
            lease.scenario,
            lease.start,
            folder=self.folder,
            on_round=self.on_round,
            clock=self.clock(),
        )
        seconds = time.monotonic() - before
        path = submission.evidence
        if path is None:
            return Attempted(submission, None, seconds)
        evidence = read_evidence(path)
        differences = same_as_recorded(path, lease.scenario.folder.parent, evidence)
        path.unlink(missing_ok=True)
        return Attempted(submission, evidence.observation, seconds, tuple(differences))

    def play(self, lease: Lease, answer: Answer) -> tuple[Played, Attempted]:
        """Type a stored answer and submit."""
        place = lease.sandbox.workstation
        typed = type_answer(place, script(lease.scenario, answer.path, place.paths))
        return typed, self.judge(lease)


def claim(
    group: Group,
    name: str,
    done: Attempted,
    judged: Judged,
    *,
    ready_s: float | None = None,
) -> Claim:
    """What became of a claim that was judged on a cluster."""
    verdict, reasons = judged
    trouble = done.submission.trouble
    if trouble:
        verdict, reasons = Verdict.ERROR, (trouble,)
    elif done.differences:
        reasons = tuple(f"judged again from its record: {line}" for line in done.differences)
        verdict = Verdict.ERROR
    seconds: Mapping[str, float] = {
        "verdict": done.seconds,
        **({} if ready_s is None else {"ready": ready_s}),
    }
    return Claim(
        group=group,
        name=name,
        verdict=verdict,
        reasons=reasons,
        ground=Ground.CLUSTER,
        failed=failed_checks(done.submission.results),
        points=done.submission.score.earned,
        seconds=seconds,
    )
