"""An exam, as its file describes it: practical tasks and a theory paper, with times, weights and pass marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.model.text import Bilingual


@dataclass(frozen=True)
class ExamTask:
    """One practical task.

    Attributes:
        scenario: Its scenario's id.
        minutes: The time that a candidate has for it in this exam.
        weight: Its share of the practical part, beside the other tasks' weights.
    """

    scenario: str
    minutes: int
    weight: int


@dataclass(frozen=True)
class Practical:
    """The practical part.

    Attributes:
        weight_percent: Its share of the whole.
        pass_percent: What must be reached in it.
        tasks: In the order in which they are set, at least one.
    """

    weight_percent: int
    pass_percent: int
    tasks: tuple[ExamTask, ...]

    @property
    def minutes(self) -> int:
        """The time for all tasks."""
        return sum(task.minutes for task in self.tasks)

    @property
    def weight(self) -> int:
        """The tasks' weights, added up: what a task's own is a share of."""
        return sum(task.weight for task in self.tasks)


@dataclass(frozen=True)
class Subject:
    """One subject of the theory paper.

    Attributes:
        id: Names it in the question bank.
        title: What people call it.
        questions: How many are drawn of it.
    """

    id: str
    title: Bilingual
    questions: int


@dataclass(frozen=True)
class Theory:
    """The theory paper.

    Attributes:
        weight_percent: Its share of the whole.
        pass_percent: What must be reached in it.
        minutes: The time that a candidate has for it.
        subjects: In the order of the paper, at least one.
    """

    weight_percent: int
    pass_percent: int
    minutes: int
    subjects: tuple[Subject, ...]

    @property
    def questions(self) -> int:
        """How many questions the paper has."""
        return sum(subject.questions for subject in self.subjects)


@dataclass(frozen=True)
class Exam:
    """An exam.

    Attributes:
        id: The file's name without its ending, such as "certification".
        file: Where it was read.
        title: What candidates and examiners call it.
        theory: The theory paper.
        practical: The practical part.
    """

    id: str
    file: Path
    title: Bilingual
    theory: Theory
    practical: Practical
