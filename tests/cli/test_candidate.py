"""What is kept of a candidate, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.exam.surroundings import Surroundings
from grader.model.attempt import AttemptState
from grader.store.attempts import Change
from tests.exam.certified import NAME, take_task, take_theory

from .conftest import Grader


@pytest.fixture
def over(around: Surroundings) -> Surroundings:
    """Surroundings in which a candidate's exam is over, for some days."""
    take_theory(around)
    take_task(around, "aaaaaa")
    for state in (AttemptState.STOPPING, AttemptState.STOPPED):
        around.attempts.change("aaaaaa", Change(state, "examiner", "2026-11-23T16:00:00.000Z"))
    return around


def test_export(grader: Grader, over: Surroundings, tmp_path: Path) -> None:
    """All that is kept of a candidate is written as JSON; nothing is written of whom nothing is kept."""
    del over
    file = tmp_path / "kept.json"
    ran = grader("candidate", "export", NAME, "-o", str(file), "--json")
    rows = {"attempts": 1, "submissions": 1, "papers": 1}
    assert ran.document["rows"].items() >= rows.items()
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert (kept["candidate"], kept["attempts"][0]["id"]) == (NAME, "aaaaaa")
    assert f"written: {file}" in grader("candidate", "export", NAME, "-o", str(file)).stdout
    other = tmp_path / "other.json"
    refused = grader("candidate", "export", "nobody", "-o", str(other), "--json")
    assert (refused.code, refused.document["error"]["code"]) == (2, "usage")
    assert not other.exists()


def test_erase(grader: Grader, over: Surroundings, tmp_path: Path) -> None:
    """A name is erased at a second word only; it is then logged without the name, and nothing is found by it any more."""
    asked = grader("candidate", "erase", NAME, "--json")
    assert (asked.code, asked.document["error"]["hint"]) == (2, "add --yes to do it")
    assert over.attempts.get("aaaaaa").candidate == NAME
    (erased,) = grader("candidate", "erase", NAME, "--yes", "--json").document["erased"]
    assert over.attempts.get("aaaaaa").candidate == erased["alias"]
    assert (erased["who"], erased["reason"]) == ("tester", "asked for")
    log = grader("candidate", "erasures")
    assert f"{erased['alias']}  tester: asked for" in log.stdout
    assert NAME not in log.stdout
    assert grader("candidate", "export", NAME, "-o", str(tmp_path / "x")).code == 2
    assert grader("candidate", "erase", NAME, "--yes").code == 2


def test_not_while_at_work(grader: Grader, around: Surroundings) -> None:
    """Nothing is erased of a candidate whose work is not over, and the error says how to end it."""
    take_task(around, "aaaaaa")
    ran = grader("candidate", "erase", NAME, "--yes", "--json")
    assert ran.document["error"]["hint"] == "grader stop aaaaaa"
    assert around.attempts.get("aaaaaa").candidate == NAME


def test_expire(grader: Grader, over: Surroundings) -> None:
    """After the period, names are erased at a second word only, and the log says the period; before it nothing is."""
    assert grader("candidate", "expire", "1").code == 2
    assert grader("candidate", "expire", "0", "--yes").code == 2
    assert grader("candidate", "expire", "36500", "--yes").stdout == "nothing was erased\n"
    assert over.attempts.get("aaaaaa").candidate == NAME
    (erased,) = grader("candidate", "expire", "1", "--yes", "--json").document["erased"]
    assert erased["reason"] == "kept for 1 days"
    assert over.attempts.get("aaaaaa").candidate == erased["alias"]
    assert grader("candidate", "erasures", "--json").document["erased"] == [erased]
