"""A question of the theory paper, and the paper that is drawn from the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from grader.model.text import Bilingual


class Subject(StrEnum):
    """The guide's five subjects, in its order."""

    ARCHITECTURE = "architecture"
    KUBERNETES = "kubernetes"
    MONITORING = "monitoring"
    BACKUP = "backup"
    SECURITY = "security"


SUBJECT_TITLES: Mapping[Subject, Bilingual] = {
    Subject.ARCHITECTURE: Bilingual("Architecture", "Architecture"),
    Subject.KUBERNETES: Bilingual("Kubernetes", "Kubernetes"),
    Subject.MONITORING: Bilingual("Monitoring", "Monitoring"),
    Subject.BACKUP: Bilingual("Sauvegarde", "Backup"),
    Subject.SECURITY: Bilingual("Sécurité", "Security"),
}

QUESTIONS_A_SUBJECT = 4
"""How many questions of each subject a paper has."""


@dataclass(frozen=True)
class Option:
    """One of the answers that a question offers."""

    text: Bilingual
    right: bool


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        id: Such as "kubernetes-07"; it stays the same for as long as the question means the same.
        subject: What it examines.
        guide: The section of the training guide that it is taken from.
        multiple: Whether several options are right, and several may be chosen.
        text: What is asked.
        why: Why the right ones are right.
        options: What can be chosen, in the order of the bank or, on a paper, as shuffled.
    """

    id: str
    subject: Subject
    guide: str
    multiple: bool
    text: Bilingual
    why: Bilingual
    options: tuple[Option, ...]

    @property
    def right(self) -> frozenset[int]:
        """The places of the right options, from 0."""
        return frozenset(place for place, option in enumerate(self.options) if option.right)


def draw(bank: Sequence[Question], seed: int) -> tuple[Question, ...]:
    """The paper of a seed: four questions a subject, their options shuffled.

    The same bank and seed give the same paper.

    Raises:
        ValueError: A subject has too few questions.
    """
    paper: list[Question] = []
    for subject in Subject:
        # Sorted, so that the order of the files does not matter; a draw of its own for each
        # subject, so that a new question in one leaves the others as they were.
        ids = sorted(question.id for question in bank if question.subject is subject)
        chosen = Random(f"{seed}/{subject.value}").sample(ids, QUESTIONS_A_SUBJECT)  # noqa: S311 - not a secret
        by_id = {question.id: question for question in bank}
        paper += [_shuffled(by_id[name], seed) for name in chosen]
    return tuple(paper)


def _shuffled(question: Question, seed: int) -> Question:
    options = list(question.options)
    Random(f"{seed}/{question.id}").shuffle(options)  # noqa: S311 - as above
    return Question(
        id=question.id,
        subject=question.subject,
        guide=question.guide,
        multiple=question.multiple,
        text=question.text,
        why=question.why,
        options=tuple(options),
    )
