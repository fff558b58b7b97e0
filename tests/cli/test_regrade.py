"""`grader regrade`: what it shows, what it stores, and what it tells the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exam.results.certify import Sitting, certify
from grader.exam.surroundings import Surroundings
from grader.model.verdict import Verdict
from tests.exam.certified import NAME, PAPER, take_theory
from tests.exam.fakes import FakeJudge

from .conftest import Grader


@pytest.fixture
def submitted(grader: Grader, attempt: str) -> str:
    """An attempt that was submitted and failed."""
    grader("submit")
    return attempt


def test_preview(grader: Grader, submitted: str) -> None:
    """Without `--apply` every changed point is shown, nothing is stored, and the exit code says so."""
    ran = grader("regrade", submitted)
    assert ran.code == 1
    for words in (
        f"{submitted}  practice",
        "0 of 10 → 10 of 10",
        "failed → passed",
        "now reaches the pass mark",
        "pods-ready",
        "0 of 8 → 8 of 8",
        "others-untouched",
        "0 of 2 → 2 of 2",
        "1 judged, 1 changed, 1 gain, 1 now pass",
    ):
        assert words in ran.stdout
    assert f"grader regrade {submitted} --apply" in ran.stderr
    assert grader("report", submitted, "--format", "json").stdout.count('"passed": false') == 1


def test_apply(grader: Grader, submitted: str) -> None:
    """`--apply` stores the new result, keeps the old one, and writes the report anew."""
    ran = grader("regrade", submitted, "--apply", "--json")
    assert ran.code == 0
    (one,) = ran.document["evidence"]
    assert (one["attempt"], one["stored"], one["crossing"]) == (submitted, True, "up")
    assert one["then"] == {
        "points": 0,
        "max_points": 10,
        "verdict": "failed",
        "pass_percent": 80,
    }
    assert [(c["id"], c["then"]["earned"], c["now"]["earned"]) for c in one["checks"]] == [
        ("pods-ready", 0, 8),
        ("others-untouched", 0, 2),
    ]
    assert ran.document["summary"]["stored"] == 1
    assert grader("status", submitted).stdout.count("judged again: failed, 0 of 10") == 1
    assert grader("regrade", submitted).code == 0


def test_report_tells_of_it(grader: Grader, around: Surroundings, submitted: str) -> None:
    """The report of a regraded attempt says that it was judged again, and what it came to before."""
    grader("regrade", submitted, "--apply")
    page = (around.results_of(submitted) / "report.html").read_text()
    assert "Réussi" in page
    assert "0 / 10" in page


def test_errors_of_today_s_checks(grader: Grader, judge: FakeJudge, submitted: str) -> None:
    """Checks that end in an error exit with 4, and are not stored even with `--apply`."""
    judge.again = Verdict.ERROR
    ran = grader("regrade", submitted, "--apply")
    assert ran.code == 4
    assert "not to be stored: today's checks end in an error" in ran.stdout
    assert "TimeoutError: no answer" in ran.stdout
    assert "judged again" not in grader("status", submitted).stdout


def test_a_file_that_is_none(grader: Grader, submitted: str, tmp_path: Path) -> None:
    """A file that is no evidence is told beside the others, which are judged; the exit code is 2."""
    bad = tmp_path / "bad.json.gz"
    bad.write_bytes(b"x")
    ran = grader("regrade", submitted, str(bad), "--json")
    assert ran.code == 2
    assert ran.document["summary"]["judged"] == 1
    assert ran.document["evidence"][1]["error"]["code"] == "usage"
    assert "this is no evidence" in grader("regrade", str(bad)).stdout


def test_all(grader: Grader, submitted: str) -> None:
    """`--all` judges every submitted attempt, and offers to store."""
    ran = grader("regrade", "--all")
    assert submitted in ran.stdout
    assert "grader regrade --all --apply" in ran.stderr


@pytest.mark.parametrize("words", [(), ("x", "--all")])
def test_say_which(grader: Grader, words: tuple[str, ...]) -> None:
    """Naming nothing, or something beside `--all`, is wrong use."""
    ran = grader("regrade", *words)
    assert ran.code == 2
    assert "say which" in ran.stderr


def test_all_of_nothing(grader: Grader) -> None:
    """`--all` where nothing was submitted says so."""
    assert "no attempt on this machine was submitted" in grader("regrade", "--all").stderr


def test_exams(grader: Grader, around: Surroundings) -> None:
    """An exam that changes is shown with who crosses the mark, signed anew when it is stored, and told in JSON."""
    grader("start", "deploy-service", "--candidate", NAME)
    attempt = grader("submit", "--json").document["attempt"]
    take_theory(around)
    certify(around, Sitting(PAPER, [(attempt, 1)]))
    looked = grader("regrade", attempt)
    assert f"{NAME}  {PAPER}  practical 0 % → 100 %  whole 50 % → 100 %" in looked.stdout
    assert "failed → passed" in looked.stdout.split("exams")[1]
    assert "1 changed, 1 with another outcome" in looked.stdout
    (exam,) = grader("regrade", attempt, "--json").document["exams"]
    assert exam == {
        "paper": PAPER,
        "candidate": NAME,
        "then": {"outcome": "failed", "percent": "50", "practical_percent": "0"},
        "now": {"outcome": "passed", "percent": "100", "practical_percent": "100"},
        "signed": False,
    }
    ran = grader("regrade", attempt, "--apply")
    assert ran.code == 0
    assert f"exams signed anew: {PAPER}; the old documents are kept" in ran.stdout
    assert grader("regrade", attempt, "--json").document["exams"] == []
