"""A candidate's theory paper as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from grader.model.clock import Moment, Stopwatch
from grader.model.question import Question
from grader.model.text import Language
from grader.model.theory import TheoryScore, score


class PaperState(StrEnum):
    """`open` until it is handed in, or until its time is over."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Paper:
    """One candidate's paper.

    Attributes:
        id: Six characters, as an attempt has.
        candidate: The candidate's name, or "" for practice.
        language: What the candidate reads.
        seed: What the questions were drawn from.
        state: Whether answers are still taken.
        limit_s: Seconds that the candidate has.
        created_at: RFC 3339, UTC.
        closed_at: When it was handed in or its time was over; None before.
        stopwatch: The time used.
        questions: As drawn and shuffled, kept whole: the bank may change, this paper does not.
        answers: The places chosen last, by the question's id.
    """

    id: str
    candidate: str
    language: Language
    seed: int
    state: PaperState
    limit_s: int
    created_at: str
    closed_at: str | None
    stopwatch: Stopwatch
    questions: tuple[Question, ...]
    answers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def score(self) -> TheoryScore:
        """What the answers are worth."""
        return score(self.questions, self.answers)

    def left_s(self, now: Moment) -> float:
        """Seconds left; below zero once the time is over."""
        return self.limit_s - self.stopwatch.used(now)
