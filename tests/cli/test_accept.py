"""Submissions from other machines, from the command line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from grader.exam.surroundings import Surroundings
from grader.model.verdict import Verdict
from tests.exam.fakes import FakeJudge

from .conftest import Grader


@pytest.fixture
def exported(grader: Grader, attempt: str, tmp_path: Path) -> Path:
    """What a candidate handed in and exported."""
    file = tmp_path / "work.json"
    ran = grader("submit", attempt, "--export", str(file), "--pseudonym", "candidate 7", "--json")
    assert ran.document["export"] == str(file)
    document = json.loads(file.read_text(encoding="utf-8"))
    assert "candidate 7" in document.values()
    # What the fake judge says of its evidence is not its digest.
    document["digest"] = f"sha256:{hashlib.sha256(b'evidence').hexdigest()}"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_accepted(grader: Grader, exported: Path) -> None:
    """The examiner reads whose work it is, what it is worth, what that can and can't be trusted for, and what to type next."""
    said = grader("accept", str(exported))
    name = said.stdout.split()[0]
    assert said.code == 0
    assert f"{name}  candidate 7  deploy-service  passed, 10 of 10 points\n" in said.stdout
    assert "✓ the points follow from the evidence" in said.stdout
    assert "✗ whose work it is" in said.stdout
    assert f"grader report {name} --examiner" in said.stderr
    assert "(accepted before)" in grader("accept", str(exported)).stdout


def test_json(grader: Grader, exported: Path, judge: FakeJudge) -> None:
    """Programs get each result with whether it is new; the exit code is that of the worst."""
    judge.again = Verdict.FAILED
    ran = grader("accept", str(exported), str(exported), "--json")
    assert ran.code == 1
    assert [one["first"] for one in ran.document["accepted"]] == [True, False]
    assert ran.document["accepted"][0]["candidate"] == "candidate 7"
    assert ran.document["trusted_for"]
    assert ran.document["not_trusted_for"]


def test_changed(grader: Grader, exported: Path, around: Surroundings) -> None:
    """A changed file is refused, names the file and what to do, and leaves nothing."""
    before = len(around.attempts.all())
    exported.write_text(exported.read_text(encoding="utf-8").replace("ZXZp", "ZXZq"))
    ran = grader("accept", str(exported), "--json")
    assert (ran.code, ran.document["error"]["code"]) == (2, "usage")
    assert ran.document["error"]["where"] == str(exported)
    assert "--export" in ran.document["error"]["hint"]
    assert len(around.attempts.all()) == before
