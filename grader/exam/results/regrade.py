"""Judges recorded work again by today's checks: first looked at, then stored or left.

The old result is kept. The new one takes its place only where today's checks come to a verdict: an error never
replaces a decision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader import __version__
from grader.exam.identity import now
from grader.exam.results.receipt import receipt_of
from grader.exam.results.result import Earlier, Result, from_json
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.rejudgement import Judged, Rejudgement
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.exam.results.evidence_files import EvidenceFile
    from grader.exam.surroundings import Surroundings


@dataclass(frozen=True)
class Regrade:
    """One evidence file judged again.

    Attributes:
        file: Which, and whose.
        rejudged: What counts now (or, where no attempt is known, what the evidence records) and what today's
            checks make of it; None where it can't be judged.
        error: Why it can't be judged; None where it can.
    """

    file: EvidenceFile
    rejudged: Rejudgement | None = None
    error: GraderError | None = None

    @property
    def changed(self) -> bool:
        """Whether today's checks come to something else than what counts now."""
        return self.rejudged is not None and self.rejudged.changed

    @property
    def kept_because(self) -> str:
        """Why the result that counts stays; "" where the new one may take its place."""
        attempt = self.file.attempt
        if self.rejudged is None:
            return "it can't be judged"
        if not self.changed:
            return "nothing changes"
        if self.rejudged.now.verdict is Verdict.ERROR:
            return "today's checks end in an error, which decides nothing"
        if attempt is None:
            return "no attempt on this machine has this evidence"
        if attempt.state is AttemptState.READY:
            return f"its work is not handed in yet: grader submit {attempt.id}"
        return ""


def regrade(
    around: Surroundings,
    files: Sequence[EvidenceFile],
    *,
    workers: int | None = None,
    on_each: Callable[[Regrade], None] = lambda _regrade: None,
) -> Sequence[Regrade]:
    """Judge evidence again and store nothing.

    Args:
        around: What judges.
        files: The evidence.
        workers: How many processes judge at once; None: one a processor.
        on_each: Told of each file as it is done.
    """
    done: list[Regrade] = []
    outcomes = around.judge.rejudge([(f.path, f.scenarios) for f in files], workers=workers)
    for file, outcome in zip(files, outcomes, strict=True):
        if isinstance(outcome, GraderError):
            done.append(Regrade(file, error=outcome))
        else:
            done.append(Regrade(file, rejudged=_beside_what_counts(file, outcome)))
        on_each(done[-1])
    return done


def store_regrade(around: Surroundings, regraded: Regrade) -> Result:
    """Let the new result of an attempt count instead of the old one, which is kept.

    Raises:
        GraderError: attempt-state, where the old one has to stay, or another one counts in the meantime.
    """
    old, rejudged = regraded.file.receipt, regraded.rejudged
    if old is None or rejudged is None or regraded.kept_because:
        raise GraderError(
            Code.ATTEMPT_STATE,
            f"the result that counts stays: {regraded.kept_because}",
            where=str(regraded.file.path),
        )
    result = _regraded(from_json(old.result), rejudged, old.made_at)
    receipt = receipt_of(result, result.regraded_at)
    note = (
        f"judged again: {old.verdict}, {old.points} of {old.max_points} points, became "
        f"{receipt.verdict}, {receipt.points} of {receipt.max_points}"
    )
    around.submissions.replace(old, receipt, who=around.who, note=note)
    return result


def _beside_what_counts(file: EvidenceFile, rejudged: Rejudgement) -> Rejudgement:
    """The evidence records the first judging for ever; what counts may come from a later one."""
    if file.receipt is None:
        return rejudged
    counting = from_json(file.receipt.result)
    then = Judged(counting.checks, counting.pass_percent, rejudged.then.made_by)
    return replace(rejudged, then=then)


def _regraded(old: Result, rejudged: Rejudgement, judged_at: str) -> Result:
    earlier = Earlier(judged_at, old.verdict, old.points, old.max_points, old.grader)
    return replace(
        old,
        title=rejudged.title,
        pass_percent=rejudged.now.pass_percent,
        verdict=rejudged.now.verdict,
        checks=rejudged.now.results,
        evidence_path=str(rejudged.path),
        trouble="",
        # Who has to act follows from today's reasons, not from those that count no more.
        goes=rejudged.now.goes,
        grader=__version__,
        regraded_at=now(),
        earlier=(*old.earlier, earlier),
    )
