"""The theory paper: drawing it and counting it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.clock import Moment, Stopwatch
from grader.model.question import Option, Question, Subject, draw
from grader.model.text import Bilingual
from grader.model.theory import mark, score


def question(name: str, right: str, subject: Subject = Subject.BACKUP) -> Question:
    """A question whose options are right where the text has an x."""
    return Question(
        id=name,
        subject=subject,
        guide="Module 4",
        multiple=right.count("x") > 1,
        text=Bilingual(name, name),
        why=Bilingual("", ""),
        options=tuple(
            Option(Bilingual(f"{name}{n}", f"{name}{n}"), right=c == "x")
            for n, c in enumerate(right)
        ),
    )


BANK = [question(f"{s.value}-{n:02}", "x---", s) for s in Subject for n in range(6)]


def test_four_a_subject() -> None:
    """A paper has four different questions of each subject, in the order of the subjects."""
    paper = draw(BANK, 1)
    assert [q.subject for q in paper] == [s for s in Subject for _ in range(4)]
    assert len({q.id for q in paper}) == 20


def test_drawn_by_seed() -> None:
    """A seed gives the same paper whatever the order of the bank, another seed another one."""
    assert draw(BANK, 1) == draw(BANK[::-1], 1)
    assert draw(BANK, 1) != draw(BANK, 2)


def test_options_are_shuffled() -> None:
    """The right option comes at every place, and stays the right one."""
    papers = [draw(BANK, seed) for seed in range(20)]
    places = [next(iter(q.right)) for paper in papers for q in paper]
    assert set(places) == {0, 1, 2, 3}
    assert all(q.options[n].text.fr == f"{q.id}0" for p in papers for q in p for n in q.right)


def test_too_few_questions() -> None:
    """A bank without four questions of a subject draws no paper."""
    with pytest.raises(ValueError, match="larger than"):
        draw(BANK[3:], 1)


@pytest.mark.parametrize(
    ("right", "chosen", "worth"),
    [
        ("x---", {0}, 1),
        ("x---", {1}, 0),
        ("x---", {0, 1}, 0),
        ("x---", set(), 0),
        ("xxx--", {0, 1, 2}, 1),
        ("xxx--", {0}, Fraction(1, 3)),
        ("xxx--", {0, 1, 2, 3}, Fraction(1, 2)),
        ("xxx--", {0, 3}, 0),
        ("xxx--", {0, 1, 2, 3, 4}, 0),
        ("xx--", {0, 1, 2}, Fraction(1, 2)),
    ],
)
def test_mark(right: str, chosen: set[int], worth: Fraction) -> None:
    """Each right choice earns its share, each wrong one takes its share, and never below nothing."""
    assert mark(question("q", right), chosen) == worth


@given(st.sets(st.integers(0, 4)), st.integers(0, 4))
def test_a_right_choice_never_costs(chosen: set[int], more: int) -> None:
    """One more right option never lowers a mark, one more wrong option never raises it."""
    asked = question("q", "xx-x-")
    before, after = mark(asked, chosen), mark(asked, chosen | {more})
    assert 0 <= after <= 1
    assert after >= before if more in asked.right else after <= before


def _answers(paper: Sequence[Question], right: int) -> dict[str, frozenset[int]]:
    return {q.id: q.right for q in paper[:right]}


def test_pass_mark_is_exact() -> None:
    """14 of 20 passes; a third of a point less does not, though it rounds to the same percent."""
    paper = [question(f"q{n}", "xxx-") for n in range(20)]
    assert score(paper, _answers(paper, 14)).passed
    answers = _answers(paper, 13) | {"q13": frozenset({0, 1})}
    short = score(paper, answers)
    assert short.points == Fraction(41, 3)
    assert not short.passed


def test_by_subject() -> None:
    """Points are told by subject, and an answer to nothing that was asked counts nothing."""
    paper = draw(BANK, 3)
    result = score(paper, {q.id: q.right for q in paper[:5]} | {"other": frozenset({0})})
    assert result.by_subject[Subject.ARCHITECTURE] == (Fraction(4), 4)
    assert result.by_subject[Subject.KUBERNETES] == (Fraction(1), 4)
    assert result.by_subject[Subject.SECURITY] == (Fraction(0), 4)
    assert result.percent == 25


def test_a_clock_that_is_set_changes_nothing() -> None:
    """Within one run of the machine only the steady clock counts."""
    watch = Stopwatch().started(Moment("a", 100, 1_000_000))
    assert watch.used(Moment("a", 160, 5)) == 60


def test_a_machine_started_anew() -> None:
    """After a new start the wall clock says how long it was off; one that went back takes nothing away."""
    watch = Stopwatch().started(Moment("a", 100, 1000)).written_down(Moment("a", 130, 1030))
    assert watch.used(Moment("b", 5, 1090)) == 90
    assert watch.used(Moment("b", 5, 10)) == 30


def test_stopped_time_stands() -> None:
    """A time that stands is the same whenever one looks, and goes on from there."""
    watch = Stopwatch().started(Moment("a", 0, 0)).stopped(Moment("a", 10, 10))
    assert watch.used(Moment("a", 500, 500)) == 10
    assert watch.started(Moment("a", 500, 500)).used(Moment("a", 503, 503)) == 13
