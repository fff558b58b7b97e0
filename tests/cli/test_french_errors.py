"""Errors that candidates meet are in the language that they read; machines get the English."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from grader.cli.shown.errors import rendered
from grader.model.attempt import STATE_WORDS, AttemptState
from grader.model.errors import Code, GraderError, InFrench
from grader.model.session import SeatState
from grader.model.session_refusal import SEAT_WORDS
from grader.model.text import Bilingual, Language
from grader.store.attempts import refusal

from .conftest import Grader

_ERROR = GraderError(
    Code.SANDBOX_GONE, "gone", "here", "begin anew", "a\nb", InFrench("parti", "recommencez")
)


def test_the_whole_of_it() -> None:
    """What, where, hint and the words around them are French; what a program said stays as it is."""
    assert rendered(_ERROR, Language.FRENCH).plain == (
        "erreur[sandbox-gone] : parti\n  où : here\n  | a\n  | b\n  à faire : recommencez"
    )
    assert rendered(_ERROR).plain == (
        "error[sandbox-gone]: gone\n  where: here\n  | a\n  | b\n  hint: begin anew"
    )


def test_one_that_only_examiners_meet() -> None:
    """An error without French is English throughout, also for who reads French."""
    error = GraderError(Code.USAGE, "wrong", hint="right")
    assert rendered(error, Language.FRENCH).plain == "error[usage]: wrong\n  hint: right"


def test_it_survives_the_way_between_processes() -> None:
    """The French comes along where an error is raised in another process."""
    again = pickle.loads(pickle.dumps(_ERROR))  # noqa: S301 - our own
    assert rendered(again, Language.FRENCH) == rendered(_ERROR, Language.FRENCH)


@pytest.mark.parametrize("state", AttemptState)
def test_every_state_of_an_attempt(state: AttemptState) -> None:
    """Each says in both languages how it stands, why not, and what can be typed."""
    error = refusal("aaaaaa", state, Bilingual("parce que", "because"))
    words = STATE_WORDS[state]
    assert error.what == f"attempt aaaaaa is {words.en}: because"
    assert words.en == state.value
    assert error.french
    assert error.french.what == f"tentative aaaaaa ({words.fr}) : parce que"
    assert error.french.hint != error.hint
    assert error.french.hint


def test_every_state_of_an_exam() -> None:
    """Each has its word in both languages."""
    assert {state: words.en for state, words in SEAT_WORDS.items()} == {
        state: state.value for state in SeatState
    }


def test_stopped_attempt(grader: Grader, attempt: str) -> None:
    """What can't be done any more, and what to type, in the candidate's language; JSON stays English."""
    grader("stop", attempt)
    ran = grader("shell", attempt)
    assert ran.code == 2
    assert ran.stderr == (
        f"erreur[attempt-state] : tentative {attempt} (arrêtée) : il n’y a pas d’environnement où travailler\n"
        f"  où : attempt {attempt}\n"
        "  à faire : commencez-en une autre : grader start SCENARIO\n"
    )
    document = grader("submit", attempt, "--json").document
    assert document["error"]["what"].startswith(f"attempt {attempt} is stopped")
    assert document["error"]["hint"] == "begin a new one with: grader start SCENARIO"


def test_who_reads_english(grader: Grader) -> None:
    """The same error of an attempt in English."""
    attempt = grader("start", "deploy-service", "--lang", "en").stdout.split()[1]
    grader("stop", attempt)
    assert grader("shell", attempt).stderr.startswith(f"error[attempt-state]: attempt {attempt} is")


def test_gone_sandbox(grader: Grader, attempt: str, tmp_path: Path) -> None:
    """A sandbox that disappeared: that it did, and the command that clears the rest."""
    (tmp_path / "world" / attempt).rename(tmp_path / "elsewhere")
    said = grader("submit").stderr
    assert f"l’environnement de la tentative {attempt} a disparu" in said
    assert f"à faire : effacez ce qui en reste et recommencez : grader stop {attempt}" in said
