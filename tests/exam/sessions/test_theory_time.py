"""The time that a candidate of a session has for the theory paper."""

from __future__ import annotations

import pytest

from grader.exam.sessions.paper import extend_paper, may_be_extended, paper_taken, take_paper
from grader.exam.sessions.result import clock_document
from grader.exam.sessions.step import take
from grader.model.errors import Code, GraderError
from grader.model.paper import PaperState
from grader.model.session_steps import extend_theory

from .held import Held


def _more(held: Held, minutes: int = 10) -> None:
    extend_paper(held.around, held.code, minutes, "reads slowly")


def test_before_it_is_begun(held: Held) -> None:
    """Time that is given beforehand is the paper's from its beginning, audited, and told in the result."""
    _more(held)
    _more(held, 5)
    assert take_paper(held.around, held.code).left_s == 75 * 60
    notes = [entry.note for entry in held.around.sessions.trail(held.session)]
    assert "10 min more for the theory paper: reads slowly" in notes
    assert clock_document(held.seat, held.hands())["theory_extra_s"] == 15 * 60
    assert take_paper(held.around, held.codes[1]).left_s == 60 * 60


def test_while_it_is_taken(held: Held) -> None:
    """Who is at the paper has the time at once: it is not closed when the first time is over, but at the end of both."""
    sitting = take_paper(held.around, held.code)
    held.hands.on(3500)
    _more(held)
    held.hands.on(200)
    sitting = sitting.looked_at()
    assert (sitting.paper.state, sitting.left_s) == (PaperState.OPEN, 500)
    held.hands.on(500)
    assert sitting.looked_at().paper.state is PaperState.CLOSED


@pytest.mark.parametrize("seconds", [0, 3600])
def test_not_after_it(held: Held, seconds: int) -> None:
    """A paper that was handed in, or whose time is over, gets no more time."""
    sitting = take_paper(held.around, held.code)
    held.hands.on(seconds)
    if not seconds:
        sitting.hand_in()
    assert not may_be_extended(held.around, held.seat)
    with pytest.raises(GraderError) as caught:
        _more(held)
    assert caught.value.code is Code.SESSION_STATE
    assert held.seat.paper in (caught.value.hint or "")
    assert held.seat.theory_extra_s == 0


def test_killed_in_between(held: Held) -> None:
    """A grader that died before the paper had the time given is made up for at the next look, even after the first time."""
    take_paper(held.around, held.code)
    take(held.around, held.code, lambda s: extend_theory(s, 600))
    held.hands.on(3900)
    sitting = paper_taken(held.around, held.seat)
    assert sitting is not None
    assert (sitting.paper.state, sitting.left_s) == (PaperState.OPEN, 300)
