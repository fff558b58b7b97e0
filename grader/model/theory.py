"""The arithmetic of the theory paper, in fractions only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.model.question import Question, Subject

PASS_PERCENT = 70
"""The pass mark of the guide."""

MINUTES = 60
"""The time of the guide."""


@dataclass(frozen=True)
class TheoryScore:
    """What a paper is worth.

    Attributes:
        earned: By question, 0 to 1.
        by_subject: Earned of how many questions, by subject.
    """

    earned: tuple[Fraction, ...]
    by_subject: Mapping[Subject, tuple[Fraction, int]]

    @property
    def points(self) -> Fraction:
        """Of all questions together."""
        return sum(self.earned, Fraction(0))

    @property
    def percent(self) -> Fraction:
        """0 to 100, exact."""
        return 100 * self.points / len(self.earned) if self.earned else Fraction(0)

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached."""
        return bool(self.earned) and self.percent >= PASS_PERCENT


def mark(question: Question, chosen: Collection[int]) -> Fraction:
    """What an answer earns, 0 to 1.

    A single choice is right or worth nothing. Of a multiple choice each right option that is chosen
    earns its share (one of three: a third), each wrong one that is chosen takes as much as choosing
    all wrong ones would take of everything (one of two: a half); less than nothing there is not.
    So whoever chooses all options earns nothing, as does whoever chooses none.

    Args:
        question: As it stands on the paper.
        chosen: Places of the chosen options, from 0.
    """
    picked = frozenset(chosen)
    if not question.multiple:
        return Fraction(int(picked == question.right))
    wrong = len(question.options) - len(question.right)
    gained = Fraction(len(picked & question.right), len(question.right))
    taken = Fraction(len(picked - question.right), wrong) if wrong else Fraction(0)
    return max(gained - taken, Fraction(0))


def score(paper: Sequence[Question], answers: Mapping[str, Collection[int]]) -> TheoryScore:
    """What a whole paper is worth; a question that was not answered earns nothing.

    Args:
        paper: The questions as they were shown.
        answers: The chosen places by the question's id.
    """
    earned = tuple(mark(question, answers.get(question.id, ())) for question in paper)
    by_subject = {
        subject: (
            sum(
                (e for e, q in zip(earned, paper, strict=True) if q.subject is subject), Fraction(0)
            ),
            sum(q.subject is subject for q in paper),
        )
        for subject in Subject
    }
    return TheoryScore(earned, by_subject)
