"""A candidate's hour with the theory paper: begin or go on, answer, hand in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.exam.identity import new_attempt_id, new_seed, now
from grader.exam.moment import moment
from grader.exam.theory.bank import load_bank
from grader.model.clock import Moment, Stopwatch
from grader.model.errors import Code, GraderError
from grader.model.paper import Paper, PaperState
from grader.model.question import draw
from grader.model.text import Language
from grader.model.theory import MINUTES

if TYPE_CHECKING:
    from pathlib import Path

    from grader.store.papers import PaperStore


@dataclass(frozen=True)
class Sitting:
    """One paper being worked on; every answer is stored before the call returns.

    Attributes:
        store: Where papers are kept.
        paper: As it stands.
        clock: Tells the moment.
    """

    store: PaperStore
    paper: Paper
    clock: Callable[[], Moment] = moment

    @property
    def left_s(self) -> float:
        """Seconds left; zero once it is closed."""
        open_ = self.paper.state is PaperState.OPEN
        return max(self.paper.left_s(self.clock()), 0.0) if open_ else 0.0

    def answer(self, question: str, chosen: Collection[int]) -> Sitting:
        """Give an answer; after the time it is not taken, and the paper is closed."""
        paper = self.store.answer(self.paper.id, question, chosen, now=self.clock(), at=now())
        return replace(self, paper=paper)

    def hand_in(self) -> Sitting:
        """Close the paper; closed already, it stays as it is."""
        return replace(self, paper=self.store.close(self.paper.id, now=self.clock(), at=now()))

    def looked_at(self) -> Sitting:
        """As it stands now, with the time that was given meanwhile; closed if that is over."""
        sitting = replace(self, paper=self.store.get(self.paper.id))
        over = sitting.paper.state is PaperState.OPEN and sitting.left_s <= 0
        return sitting.hand_in() if over else sitting


def begin(  # noqa: PLR0913 - all but two have a default
    store: PaperStore,
    bank: Path,
    *,
    candidate: str = "",
    language: Language = Language.FRENCH,
    seed: int | None = None,
    minutes: int = MINUTES,
    paper_id: str = "",
    clock: Callable[[], Moment] = moment,
) -> Sitting:
    """Draw a paper; its hour begins now.

    Args:
        store: Where papers are kept.
        bank: The folder of questions.
        candidate: The candidate's name, or "" for practice.
        language: What the candidate reads.
        seed: Draws the questions; None for a random one.
        minutes: The time for it.
        paper_id: Its id, where it had to be known before; "" for a new one.
        clock: Tells the moment.

    Raises:
        GraderError: questions-invalid.
    """
    seed = new_seed() if seed is None else seed
    paper = Paper(
        id=paper_id or new_attempt_id(store.exists),
        candidate=candidate,
        language=language,
        seed=seed,
        state=PaperState.OPEN,
        limit_s=minutes * 60,
        created_at=now(),
        closed_at=None,
        questions=draw(load_bank(bank), seed),
        stopwatch=Stopwatch(),
    )
    # The clock last: reading the bank is not the candidate's time.
    paper = replace(paper, stopwatch=Stopwatch().started(clock()))
    store.create(paper)
    return Sitting(store, paper, clock)


def resume(
    store: PaperStore,
    paper_id: str | None,
    *,
    candidate: str = "",
    clock: Callable[[], Moment] = moment,
) -> Sitting | None:
    """Go on with a paper, or with the candidate's open one; None where there is none.

    Its time went on in the meantime.

    Raises:
        GraderError: paper-unknown; usage, where several are open and none is named.
    """
    if paper_id:
        return Sitting(store, store.get(paper_id), clock).looked_at()
    sittings = [
        sitting
        for paper in store.all()
        if (paper.state, paper.candidate) == (PaperState.OPEN, candidate)
        and (sitting := Sitting(store, paper, clock).looked_at()).paper.state is PaperState.OPEN
    ]
    if len(sittings) > 1:
        names = ", ".join(s.paper.id for s in sittings)
        raise GraderError(
            Code.USAGE,
            f"{len(sittings)} theory papers are open: {names}",
            hint=f"grader theory --paper {sittings[0].paper.id}",
        )
    return sittings[0] if sittings else None
