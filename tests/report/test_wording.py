"""The words around a result."""

from __future__ import annotations

import pytest

from grader.model.text import Language
from grader.report.wording import WORDS, moment_text, seconds_between, seconds_text


@pytest.mark.parametrize("name", WORDS)
def test_both_languages(name: str) -> None:
    """Every word is there in French and in English."""
    assert WORDS[name].fr
    assert WORDS[name].en


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0.44, "0,4 s", "0.4 s"),
        (59.94, "59,9 s", "59.9 s"),
        (59.97, "1 min 00 s", "1 min 00 s"),
        (448.5, "7 min 28 s", "7 min 28 s"),
    ],
)
def test_durations(seconds: float, french: str, english: str) -> None:
    """Durations are written as people of each language write them."""
    assert seconds_text(seconds, Language.FRENCH) == french
    assert seconds_text(seconds, Language.ENGLISH) == english


def test_moments() -> None:
    """Times are shown in UTC whatever zone they were written in, and nonsense as it is."""
    assert moment_text("2026-11-23T15:00:00+01:00") == "2026-11-23 14:00:00 UTC"
    assert moment_text("soon") == "soon"


def test_between() -> None:
    """The time used is counted across zones; without two times there is none."""
    assert seconds_between("2026-11-23T14:00:00Z", "2026-11-23T15:01:00+01:00") == 60
    assert seconds_between("", "2026-11-23T15:01:00Z") is None
