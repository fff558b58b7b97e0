"""The guide's certification: what the training guide says of it, and what the product examines."""

from __future__ import annotations

from grader.judging.authoring.exam_file import find_exams, load_exam
from grader.judging.authoring.scenario_folder import load_scenario
from tests.judging.world import ROOT, SCENARIOS, STUDIO

EXAMS = ROOT / "exams"


def test_it_is_the_guide_s() -> None:
    """Two halves; an hour of 20 questions, four a subject, 70 %; five tasks in an hour, 80 %."""
    assert find_exams(EXAMS) == ["certification"]
    exam = load_exam(EXAMS, "certification", SCENARIOS)
    theory, practical = exam.theory, exam.practical
    assert (theory.weight_percent, theory.pass_percent, theory.minutes) == (50, 70, 60)
    assert (theory.questions, {subject.questions for subject in theory.subjects}) == (20, {4})
    assert len(theory.subjects) == 5
    assert (practical.weight_percent, practical.pass_percent, practical.minutes) == (50, 80, 60)
    assert [(task.scenario, task.minutes) for task in practical.tasks] == [
        ("deploy-service", 15),
        ("backup", 10),
        ("restore", 15),
        ("answer-alert", 10),
        ("rollback", 10),
    ]
    assert len({task.weight for task in practical.tasks}) == 1


def test_its_tasks_say_the_same() -> None:
    """Each scenario, started by itself, gives the time and demands the mark that it has in the exam."""
    exam = load_exam(EXAMS, "certification", SCENARIOS)
    for task in exam.practical.tasks:
        scenario = load_scenario(SCENARIOS, task.scenario, studio=STUDIO)
        assert (scenario.minutes, scenario.pass_percent) == (
            task.minutes,
            exam.practical.pass_percent,
        )
