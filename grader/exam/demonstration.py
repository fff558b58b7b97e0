"""A scripted candidate, who takes the theory paper and types the stored answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.attempts.opening import open_attempt
from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop
from grader.exam.attempts.submit import submit
from grader.exam.theory.sitting import begin
from grader.judging.authoring.exam_file import load_exam
from grader.judging.typed_answer import type_answer
from grader.model.errors import Code, GraderError
from grader.model.text import Language
from grader.store.papers import PaperStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.results.result import Result
    from grader.exam.surroundings import Surroundings
    from grader.model.exam import ExamTask
    from grader.model.paper import Paper
    from grader.model.phase import PhaseLog
    from grader.model.scenario import Answer, Scenario

MISTAKES = 2
"""How many questions the scripted candidate gets wrong, so that there is something to see."""


def take_theory(
    around: Surroundings, bank: Path, *, candidate: str, language: Language, seed: int
) -> Paper:
    """Answer a paper, all but the last questions rightly, and hand it in."""
    sitting = begin(
        PaperStore(around.database), bank, candidate=candidate, language=language, seed=seed
    )
    questions = sitting.paper.questions
    for question in questions[:-MISTAKES]:
        sitting = sitting.answer(question.id, question.right)
    for question in questions[-MISTAKES:]:
        wrong = set(range(len(question.options))) - question.right
        sitting = sitting.answer(question.id, {min(wrong)})
    return sitting.hand_in().paper


def take_task(around: Surroundings, order: Order, log: PhaseLog) -> Result:
    """Start a task, type its plainest right answer, hand it in, and stop the sandbox whatever happens."""
    folder = order.scenarios or around.scenarios
    answer = plainest_answer(around.judge.load(folder, order.scenario, order.seed or 0))
    attempt = start(around, order, log)
    try:
        opened = open_attempt(around, attempt.id)
        with log.phase(f"typing {answer.name} at the workstation"):
            place = opened.sandbox.workstation
            type_answer(place, around.judge.script(opened.scenario, answer, place.paths))
        return submit(around, attempt.id, log).result
    finally:
        stop(around, attempt.id, log)


def plainest_answer(scenario: Scenario) -> Answer:
    """The stored right answer whose name needs the fewest words.

    Raises:
        GraderError: scenario-invalid, where there is none.
    """
    if not scenario.right_answers:
        raise GraderError(
            Code.SCENARIO_INVALID,
            f"scenario {scenario.id} has no right answer to type",
            where=str(scenario.folder / "answers"),
        )
    return min(scenario.right_answers, key=lambda answer: (len(answer.name), answer.name))


def tasks_of(around: Surroundings, exams: Path, exam_id: str) -> Sequence[ExamTask]:
    """The practical tasks of an exam, in its order. Raises GraderError exam-unknown or exam-invalid."""
    return load_exam(exams, exam_id, around.scenarios).practical.tasks
