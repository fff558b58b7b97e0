"""What the commands of a candidate say beside statements and results."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import grader
from grader.cli.shown.attempt_words import _WORDS, say
from grader.cli.shown.phase_words import FRENCH
from grader.exam.attempts.status import GONE, INTERRUPTED
from grader.model.attempt import AttemptState
from grader.model.text import Language

_PACKAGE = Path(grader.__file__).parent
# Whose phases a candidate can see: those of a start or a reset, and of judging.
_SHOWN = (
    "exam/attempts/practice.py",
    "exam/attempts/submit.py",
    "exam/sessions/take.py",
    "judging/observing/stage.py",
)


def _phases() -> set[str]:
    files = [_PACKAGE / name for name in _SHOWN]
    for folder in ("embedded", "kind", "reset"):
        files += _PACKAGE.glob(f"sandbox/{folder}/*.py")
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(r'log\.phase\("([^"]+)"\)', text))


def test_every_phase_has_a_french_name() -> None:
    """A candidate sees no phase in English, and no name is kept for a phase that is not there."""
    assert _phases() == set(FRENCH)


@pytest.mark.parametrize("name", _WORDS)
def test_both_languages_have_the_same_blanks(name: str) -> None:
    """A sentence says the same things in both languages."""
    blanks = [
        sorted(blank for _, blank, _, _ in Formatter().parse(_WORDS[name].in_(language)) if blank)
        for language in Language
    ]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize("condition", [*(state.value for state in AttemptState), INTERRUPTED, GONE])
def test_every_state_has_a_word(condition: str) -> None:
    """Each state is said in French, and in English by its own name."""
    assert say(condition, Language.ENGLISH) == condition
    assert say(condition, Language.FRENCH)
