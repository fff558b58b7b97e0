"""The words around a result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judging.causes import Cause
from grader.model.text import Language
from grader.model.verdict import Verdict
from grader.report.wording import WORDS, moment_text, reasons, seconds_between, seconds_text

from .samples import MIXED, SPLIT


@pytest.mark.parametrize("name", WORDS)
def test_both_languages(name: str) -> None:
    """Every word is there in French and in English."""
    assert WORDS[name].fr
    assert WORDS[name].en


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0.44, "0,4 s", "0.4 s"),
        (3, "3 s", "3 s"),
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


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_said(cause: Cause) -> None:
    """Why something was not judged is said in both languages, but for the work itself, of which the check speaks."""
    assert (f"cause_{cause.slug}" in WORDS) is not cause.graded


def test_a_fault_in_the_reader_s_language() -> None:
    """A fault of ours is told in the reader's language; what the machine said is a detail behind it."""
    told = dict(reasons(MIXED.checks[2], Language.FRENCH))
    assert told["fault"].startswith("le cluster ou le poste de travail")
    assert told["detail"].startswith("TimeoutError")


def test_a_fault_of_a_part() -> None:
    """A part has no cause of its own: its check tells it, and the part has the detail."""
    part = replace(SPLIT.checks[1].parts[0], verdict=Verdict.ERROR, fault="KeyError: 'x'")
    assert dict(reasons(part, Language.FRENCH)) == {"detail": "KeyError: 'x'"}
