"""Scores a submission that was made on another machine, by this machine's checks."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import __version__
from grader.exam.identity import new_attempt_id, now
from grader.exam.results.receipt import receipt_of
from grader.exam.results.result import Result, from_json
from grader.exam.results.submission_file import SubmissionFile, read_submission
from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import Code, GraderError
from grader.model.text import Bilingual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.surroundings import Surroundings
    from grader.model.rejudgement import Rejudgement

ELSEWHERE = "elsewhere"
"""The provider of attempts that were not made here."""

TRUSTED = (
    Bilingual(
        "les points découlent des preuves par les contrôles de cette machine, et non de ce que dit le fichier",
        "the points follow from the evidence by the checks of this machine, not from what the file claims",
    ),
    Bilingual(
        "les preuves sont, octet pour octet, celles de leur empreinte, et personne d’autre ne les a remises ici",
        "the evidence is, byte for byte, what its digest says, and was handed in here by nobody else",
    ),
)
"""What such a result can be trusted for."""

NOT_TRUSTED = (
    Bilingual(
        "que les preuves montrent un vrai cluster : qui dispose de l’autre machine peut en écrire d’autres",
        "that the evidence shows a real cluster: who rules the other machine can write any",
    ),
    Bilingual(
        "de qui est le travail : le pseudonyme est celui que dit le fichier",
        "whose work it is: the pseudonym is what the file says",
    ),
    Bilingual(
        "les heures et les paramètres tirés : les deux viennent de l’autre machine",
        "the times, and the parameters that were drawn: both come from the other machine",
    ),
)
"""What it can't."""


@dataclass(frozen=True)
class Accepted:
    """What a submission came to.

    Attributes:
        result: Its result.
        first: False where it had been accepted before, and this is what it came to then.
    """

    result: Result
    first: bool


def accept(around: Surroundings, file: Path) -> Accepted:
    """Judge a submission file's evidence and store the result, once.

    Raises:
        GraderError: usage, where it is no such file, its evidence none, or somebody else's.
    """
    submission = read_submission(file)
    before = _accepted_before(around, submission, file)
    if before:
        return Accepted(before, first=False)
    attempt_id = new_attempt_id(around.attempts.exists)
    path = _kept(around.results_of(attempt_id), submission)
    (outcome,) = around.judge.rejudge([(path, around.scenarios)])
    if isinstance(outcome, GraderError):
        path.unlink()
        path.parent.rmdir()
        raise outcome
    result = _result(attempt_id, submission, outcome)
    _stored(around, result, file)
    return Accepted(result, first=True)


def _accepted_before(around: Surroundings, submission: SubmissionFile, file: Path) -> Result | None:
    receipt = around.submissions.by_evidence(submission.digest)
    if receipt is None:
        return None
    result = from_json(receipt.result)
    if result.candidate != submission.pseudonym:
        raise GraderError(
            Code.USAGE,
            f"the same evidence was handed in here by {result.candidate or 'somebody who practises'}",
            where=str(file),
            hint=f"grader report {receipt.attempt} --examiner",
        )
    return result


def _kept(folder: Path, submission: SubmissionFile) -> Path:
    folder.mkdir(parents=True, mode=0o700)
    path = folder / f"{submission.digest.removeprefix('sha256:')}.json.gz"
    path.write_bytes(submission.evidence)
    return path


def _result(attempt_id: str, submission: SubmissionFile, rejudged: Rejudgement) -> Result:
    return Result(
        attempt=attempt_id,
        scenario=rejudged.scenario,
        title=rejudged.title,
        minutes=0,
        pass_percent=rejudged.now.pass_percent,
        candidate=submission.pseudonym,
        language=submission.language,
        seed=rejudged.seed,
        started_at=submission.started_at,
        submitted_at=submission.submitted_at,
        provider=ELSEWHERE,
        verdict=rejudged.now.verdict,
        checks=rejudged.now.results,
        runs_on={
            "engine": Bilingual(
                f"une autre machine, grader {submission.grader}",
                f"another machine, grader {submission.grader}",
            ),
            "trusted_for": _joined(TRUSTED),
            "not_trusted_for": _joined(NOT_TRUSTED),
        },
        evidence_path=str(rejudged.path),
        evidence_digest=submission.digest,
        goes=rejudged.now.goes,
        grader=__version__,
    )


def _joined(texts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual(" ; ".join(t.fr for t in texts), "; ".join(t.en for t in texts))


def _stored(around: Surroundings, result: Result, file: Path) -> None:
    made_at = now()
    attempt = Attempt(
        id=result.attempt,
        scenario=result.scenario,
        seed=result.seed,
        candidate=result.candidate,
        language=result.language,
        provider=ELSEWHERE,
        state=AttemptState.STOPPED,
        created_at=made_at,
        ended_at=made_at,
    )
    around.submissions.accept(
        attempt, receipt_of(result, made_at), who=around.who, note=f"accepted from {file.name}"
    )
