"""What judging work again makes of the exams that it belongs to: previewed, and signed anew once it is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.exam.results.certify import Sitting, certify, judged_tasks
from grader.exam.signing.payload import stated
from grader.model.certification import Marks, Outcome, Task, Whole, whole
from grader.model.text import Bilingual
from grader.store.certifications import Certification, CertificationStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.exam.results.regrade import Regrade
    from grader.exam.surroundings import Surroundings
    from grader.model.verdict import CheckResult


@dataclass(frozen=True)
class ExamChange:
    """A signed result that does not say any more what its tasks are worth.

    Attributes:
        signed: As it was signed.
        sitting: What belongs to the exam.
        then: What it came to.
        now: What it comes to with the work judged again.
    """

    signed: Certification
    sitting: Sitting
    then: Whole
    now: Whole

    @property
    def crosses(self) -> bool:
        """Whether another outcome follows."""
        return self.then.outcome is not self.now.outcome


def exam_changes(around: Surroundings, wanted: Sequence[Regrade]) -> Sequence[ExamChange]:
    """The exams that change where these results are stored, by candidate; of erased candidates none.

    Args:
        around: Where results are.
        wanted: Work of attempts on this machine, judged again and to be stored.
    """
    now = {
        one.file.attempt.id: one.rejudged.now.results
        for one in wanted
        if one.file.attempt and one.rejudged
    }
    candidates = sorted({one.file.attempt.candidate for one in wanted if one.file.attempt})
    return [
        change
        for candidate in candidates
        if candidate
        for change in _of_candidate(around, candidate, now)
    ]


def sign_anew(around: Surroundings, change: ExamChange) -> Certification:
    """Sign what counts now; the old document is kept. Raises GraderError as `certify`."""
    return certify(around, change.sitting)


def _of_candidate(
    around: Surroundings, candidate: str, now: Mapping[str, Sequence[CheckResult]]
) -> Iterator[ExamChange]:
    for signed in CertificationStore(around.database).of_candidate(candidate):
        document = stated(signed.signed)
        if not now.keys() & {task["attempt"] for task in document["practical"]["tasks"]}:
            continue
        sitting = _sitting(around, signed.paper, document)
        tasks = [
            replace(task, checks=tuple(now.get(task.attempt, task.checks)))
            for task in judged_tasks(around, sitting.attempts)
        ]
        then = Whole(
            Fraction(document["theory"]["percent"]),
            Fraction(document["practical"]["percent"]),
            Fraction(document["percent"]),
            Outcome(document["outcome"]),
        )
        after = whole(then.theory, [*tasks, *sitting.missed], sitting.marks)
        if after != then:
            yield ExamChange(signed, sitting, then, after)


def _sitting(around: Surroundings, paper: str, document: Mapping[str, Any]) -> Sitting:
    """What belonged to a signed exam, from its document."""
    theory, practical = document["theory"], document["practical"]
    tasks = practical["tasks"]
    judged = [t for t in tasks if t["attempt"] and around.submissions.all(t["attempt"])]
    return Sitting(
        paper=paper,
        attempts=[(task["attempt"], task["weight"]) for task in judged],
        exam=document["exam"],
        level=document["level"],
        marks=Marks(
            theory["weight_percent"],
            practical["weight_percent"],
            theory["pass_percent"],
            practical["pass_percent"],
        ),
        missed=[_missed(task) for task in tasks if task not in judged],
        used_s={t["attempt"]: t["used_s"] for t in judged if t["used_s"] is not None},
        session=document.get("session", {}),
    )


def _missed(task: Mapping[str, Any]) -> Task:
    return Task(
        attempt=task["attempt"],
        scenario=task["scenario"],
        title=Bilingual(**task["title"]),
        weight=task["weight"],
        checks=(),
        skipped=task.get("skipped", False),
    )
