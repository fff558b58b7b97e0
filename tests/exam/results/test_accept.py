"""Submissions that were made on another machine."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from grader.exam.attempts.start import Order, start
from grader.exam.attempts.submit import submit
from grader.exam.results.accept import accept
from grader.exam.results.submission_file import export_submission
from grader.exam.surroundings import Surroundings
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.model.verdict import Verdict
from tests.exam.fakes import FakeJudge, fake_surroundings


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """What a candidate exported on a machine of their own, having lost all points there."""
    there = fake_surroundings(tmp_path / "there")
    attempt = start(there, Order("deploy-service", "Zoé Lefèvre"), PhaseLog())
    submit(there, attempt.id, PhaseLog())
    file = tmp_path / "submission.json"
    document = json.loads(export_submission(there, attempt.id, "candidate 7"))
    # What the fake judge says of its evidence is not its digest.
    document["digest"] = f"sha256:{hashlib.sha256(b'evidence').hexdigest()}"
    file.write_text(json.dumps(document))
    return file


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    """The examiner's machine."""
    return fake_surroundings(tmp_path / "here")


def _changed(file: Path, **changes: Any) -> Path:
    document = json.loads(file.read_text()) | changes
    other = file.with_name("changed.json")
    other.write_text(json.dumps(document))
    return other


def test_scored_by_the_checks_here(exported: Path, here: Surroundings) -> None:
    """The evidence is judged by this machine's checks, whatever the other machine made of it; the result says whom to trust for what."""
    accepted = accept(here, exported)
    result = accepted.result
    assert (accepted.first, result.verdict, result.points) == (True, Verdict.PASSED, 10)
    assert (result.candidate, result.provider) == ("candidate 7", "elsewhere")
    assert "real cluster" in result.runs_on["not_trusted_for"].en
    assert "vrai cluster" in result.runs_on["not_trusted_for"].fr
    assert here.attempts.get(result.attempt).state is AttemptState.STOPPED
    assert Path(result.evidence_path).read_bytes() == b"evidence"


def test_no_name(exported: Path) -> None:
    """The candidate's name is not in the file."""
    text = exported.read_text()
    assert "Lef" not in text
    assert "candidate 7" in text


def test_once(exported: Path, here: Surroundings) -> None:
    """The same file gives the first result again, and nothing is stored a second time."""
    first = accept(here, exported)
    again = accept(here, exported)
    assert (again.first, again.result) == (False, first.result)
    assert len(here.attempts.all()) == 1


def test_somebody_elses(exported: Path, here: Surroundings) -> None:
    """The same evidence under another pseudonym is refused, and told whose it is."""
    accept(here, exported)
    with pytest.raises(GraderError) as caught:
        accept(here, _changed(exported, pseudonym="candidate 8"))
    assert caught.value.code is Code.USAGE
    assert "candidate 7" in caught.value.what


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": b64encode(b"other evidence").decode()},
        {"evidence": "no base64!"},
        {"digest": "../../etc/passwd"},
        {"type": "other"},
        {"pseudonym": "two\nlines"},
        {"pseudonym": 7},
        {"language": "tlh"},
    ],
)
def test_changed(exported: Path, here: Surroundings, changes: dict[str, Any]) -> None:
    """A file that was changed, or that somebody made up, is refused, and leaves nothing."""
    with pytest.raises(GraderError) as caught:
        accept(here, _changed(exported, **changes))
    assert caught.value.code is Code.USAGE
    assert "no submission that grader exported" in caught.value.what
    assert here.attempts.all() == []


def test_no_evidence(tmp_path: Path) -> None:
    """A file whose evidence can't be judged leaves neither an attempt nor a folder."""
    here = fake_surroundings(tmp_path / "here", judge=FakeJudge())
    there = fake_surroundings(tmp_path / "there")
    attempt = start(there, Order("deploy-service"), PhaseLog())
    evidence = Path(submit(there, attempt.id, PhaseLog()).result.evidence_path)
    evidence.write_bytes(b"something else")
    document = json.loads(export_submission(there, attempt.id))
    digest = f"sha256:{hashlib.sha256(b'something else').hexdigest()}"
    file = tmp_path / "made-up.json"
    file.write_text(json.dumps(document | {"digest": digest}))
    with pytest.raises(GraderError):
        accept(here, file)
    assert here.attempts.all() == []
    assert not list((here.home / "results").iterdir())
