"""The theory paper at a terminal."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from rich.console import Console

from grader.cli.shown.theory_screen import TheoryScreen, View
from grader.exam.surroundings import Surroundings
from grader.exam.theory.sitting import Sitting, begin, resume
from grader.model.clock import Moment
from grader.model.errors import Code, GraderError
from grader.model.paper import Paper, PaperState
from grader.model.text import Language
from grader.sandbox.settings import data_folder
from grader.store.papers import PaperStore

from .conftest import Grader

BANK = data_folder("exams") / "theory"


class Clock:
    """A clock that goes on when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> Moment:
        """The moment."""
        return Moment("boot", self.seconds, self.seconds)


@pytest.fixture
def clock() -> Clock:
    """The paper's clock."""
    return Clock()


@pytest.fixture
def screen(around: Surroundings, clock: Clock) -> TheoryScreen:
    """A paper that was just begun."""
    return TheoryScreen(begin(PaperStore(around.database), BANK, seed=7, clock=clock))


def _text(screen: TheoryScreen) -> str:
    console = Console(width=90, file=open(os.devnull, "w"), record=True)  # noqa: PTH123, SIM115
    console.print(screen.render())
    return console.export_text()


def test_choosing(screen: TheoryScreen) -> None:
    """A number chooses, another one changes a single choice, the same again takes it back; all is stored at once."""
    first = screen.sitting.paper.questions[0]
    assert not first.multiple
    for key, kept in (("2", (1,)), ("3", (2,)), ("3", ()), ("1", (0,)), ("9", (0,))):
        screen.press(key)
        assert screen.sitting.store.get(screen.sitting.paper.id).answers[first.id] == kept


def test_choosing_several(screen: TheoryScreen) -> None:
    """In a multiple choice numbers add up."""
    place = next(n for n, q in enumerate(screen.sitting.paper.questions) if q.multiple)
    for _ in range(place):
        screen.press("right")
    for key in "132":
        screen.press(key)
    screen.press("3")
    asked = screen.sitting.paper.questions[place]
    assert screen.sitting.paper.answers[asked.id] == (0, 1)
    assert "■" in _text(screen)


def test_time_given_meanwhile(screen: TheoryScreen, clock: Clock) -> None:
    """Time that an examiner gives is seen at the next tick, and the paper is not closed before it is over."""
    clock.seconds = 3599
    screen.sitting.store.extend(screen.sitting.paper.id, 3660)
    screen.tick()
    assert "1:01" in _text(screen)
    clock.seconds = 3659
    screen.tick()
    assert not screen.ended
    clock.seconds = 3660
    screen.tick()
    assert screen.ended


def test_database_away(screen: TheoryScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that can't be read for a moment ends nobody's paper."""

    def away(_store: PaperStore, _paper: str) -> Paper:
        raise GraderError(Code.STORE_BROKEN, "away")

    with monkeypatch.context() as patched:
        patched.setattr(PaperStore, "get", away)
        screen.tick()
    screen.press("1")
    assert not screen.ended


def test_the_way_through(screen: TheoryScreen) -> None:
    """One goes forth and back, to the review page and from there to any question, and hands in after a question back."""
    screen.press("left")
    assert screen.place == 0
    for _ in range(20):
        screen.press("right")
    assert screen.view is View.REVIEW
    assert "Relecture" in _text(screen)
    for key in ("up", "left", "enter"):
        screen.press(key)
    assert (screen.view, screen.place) == (View.QUESTION, 13)
    for key in ("r", "h"):
        screen.press(key)
    assert "1, 2, 3" in _text(screen)
    screen.press("n")
    assert screen.view is View.REVIEW
    for key in ("h", "o"):
        screen.press(key)
    assert screen.ended
    assert screen.sitting.paper.state is PaperState.CLOSED


def test_time_over(screen: TheoryScreen, clock: Clock) -> None:
    """The time left is shown; after it the paper is closed, and the key that came too late does nothing."""
    clock.seconds = 3000
    assert "10:00" in _text(screen)
    clock.seconds = 3600
    screen.press("1")
    assert screen.ended
    assert screen.sitting.paper.answers == {}


def test_gone_on_with(screen: TheoryScreen, clock: Clock, around: Surroundings) -> None:
    """A paper that was left is gone on with by its own candidate alone, and its time went on."""
    screen.press("1")
    screen.press("q")
    clock.seconds = 600
    store = PaperStore(around.database)
    resumed = resume(store, None, clock=clock)
    assert isinstance(resumed, Sitting)
    assert resumed.paper.answers == screen.sitting.paper.answers
    assert resumed.left_s == 3000
    assert resume(store, None, candidate="Ada", clock=clock) is None
    clock.seconds = 4000
    assert resume(store, None, clock=clock) is None


@pytest.mark.parametrize("language", Language)
def test_every_question_fits(around: Surroundings, language: Language) -> None:
    """On a terminal of 80 columns and 24 lines every question is seen whole."""
    for seed in range(3):
        sitting = begin(PaperStore(around.database), BANK, seed=seed, language=language)
        screen = TheoryScreen(sitting)
        for place in range(20):
            screen.place = place
            console = Console(width=80, record=True, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
            console.print(screen.render())
            lines = console.export_text().splitlines()
            assert len(lines) <= 24
            assert "…" not in "".join(lines[3:]) or "…" in str(screen.sitting.paper.questions)


def test_not_at_a_terminal(grader: Grader) -> None:
    """In a pipe the paper is refused with what to do instead."""
    ran = grader("theory")
    assert ran.code == 2
    assert "terminal" in ran.stderr
    assert "grader theory result" in ran.stderr


def test_result(grader: Grader, around: Surroundings) -> None:
    """A result is told once the paper is handed in: exact points by subject, and reasons where asked for."""
    sitting = begin(PaperStore(around.database), BANK, seed=7)
    paper = sitting.paper
    assert grader("theory", "result", paper.id).code == 2
    for question in paper.questions[:14]:
        sitting = sitting.answer(question.id, question.right)
    sitting.hand_in()
    ran = grader("theory", "result", paper.id, "--json")
    assert ran.code == 0
    assert ran.document["points"] == "14"
    assert ran.document["passed"] is True
    assert ran.document["subjects"]["backup"] == {"points": "2", "max_points": 4}
    shown = grader("theory", "result", paper.id, "--reasons")
    assert paper.questions[14].why.fr[:40] in shown.stdout.replace("\n", " ")
    assert "14 / 20 (70 %)" in shown.stdout
    assert grader("theory", "list", "--json").document["papers"][0]["percent"] == "70"


def test_bank_is_counted_and_written(grader: Grader, tmp_path: Path) -> None:
    """`theory questions` checks the bank, counts it, and writes it for other systems."""
    ran = grader("theory", "questions", "--gift", str(tmp_path / "bank.gift"), "--json")
    assert ran.document["questions"] >= 100
    assert "::kubernetes-01::" in (tmp_path / "bank.gift").read_text(encoding="utf-8")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[pexpect.spawn[str]]:
    """`grader theory` at a real terminal."""
    program = "from grader.cli.main import main; main()"
    child = pexpect.spawn(
        sys.executable,
        ["-c", program, "theory", "--seed", "7", "--lang", "en"],
        env={**os.environ, "GRADER_HOME": str(tmp_path / "home"), "TERM": "xterm"},
        dimensions=(24, 90),
        encoding="utf-8",
        timeout=60,
    )
    yield child
    child.close(force=True)


def test_killed_in_the_middle(terminal: pexpect.spawn[str], tmp_path: Path) -> None:
    """A grader that is killed loses no answer: the next one goes on with the paper."""
    terminal.expect("Theory paper")
    terminal.send("2")
    terminal.expect("●")
    terminal.kill(signal.SIGKILL)
    terminal.expect(pexpect.EOF)
    again = pexpect.spawn(
        sys.executable,
        ["-c", "from grader.cli.main import main; main()", "theory"],
        env={**os.environ, "GRADER_HOME": str(tmp_path / "home"), "TERM": "xterm"},
        dimensions=(24, 90),
        encoding="utf-8",
        timeout=60,
    )
    again.expect("going on with the paper")
    again.expect("●")
    again.send("\x1b[C")
    again.expect("2 / 20")
    again.send("rhy")
    again.expect("Not passed")
    again.expect(pexpect.EOF)
    again.close()
    assert again.exitstatus == 1


def test_a_french_paper_that_is_left(tmp_path: Path) -> None:
    """Who leaves a paper, and who comes back to it, is told so in the paper's language."""

    def left(*words: str) -> None:
        child = pexpect.spawn(
            sys.executable,
            ["-c", "from grader.cli.main import main; main()", "theory", "--seed", "7"],
            env={**os.environ, "GRADER_HOME": str(tmp_path / "home"), "TERM": "xterm"},
            dimensions=(24, 90),
            encoding="utf-8",
            timeout=60,
        )
        for expected in (*words, "Examen théorique"):
            child.expect(expected)
        child.send("q")
        for expected in ("la copie reste ouverte", "ensuite :", "grader theory --paper"):
            child.expect(expected)
        child.expect(pexpect.EOF)
        child.close()

    left()
    left("reprise de la copie")
