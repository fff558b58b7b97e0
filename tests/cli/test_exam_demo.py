"""A whole certification, played."""

from __future__ import annotations

import json
from pathlib import Path

from grader.exam.surroundings import Surroundings
from tests.exam.fakes import FakeJudge, FakeProvider

from .conftest import Grader

DEMO = ("exam", "demo", "--task", "deploy-service", "--candidate", "Zoé <b>Lefèvre</b>")


def test_whole_exam(
    grader: Grader, around: Surroundings, provider: FakeProvider, tmp_path: Path
) -> None:
    """The demo leaves a signed result that is verified, a report, and a certificate whose exam passed; no sandbox stays."""
    ran = grader(*DEMO, "-o", str(tmp_path / "out"), "--json")
    assert ran.code == 0
    document = ran.document
    assert document["outcome"] == "passed"
    assert provider.stopped == document["attempts"] == [a.id for a in around.attempts.all()]
    assert Path(document["certificate"]).read_bytes().startswith(b"%PDF")
    verified = grader("verify", document["result"], "--key", document["key"], "--json")
    assert verified.code == 0
    assert verified.document["stated"]["theory"]["points"] in {"18", "37/2", "19"}
    page = Path(document["report"]).read_text(encoding="utf-8")
    assert "Zoé &lt;b&gt;Lefèvre" in page
    assert "<script" not in page
    assert "http" not in page.split("<body>")[1]


def test_changed_byte(grader: Grader, tmp_path: Path) -> None:
    """The result is refused after a byte of it was changed."""
    document = grader(*DEMO, "-o", str(tmp_path), "--json").document
    file = Path(document["result"])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    ran = grader("verify", str(file), "--key", document["key"], "--json")
    assert ran.code == 1
    assert ran.document["error"]["code"] == "signature-wrong"


def test_our_error(
    grader: Grader, judge: FakeJudge, provider: FakeProvider, tmp_path: Path
) -> None:
    """A fault of ours makes the exam need a review: there is no certificate, and the sandbox is stopped."""
    judge.error = True
    ran = grader(*DEMO, "-o", str(tmp_path), "--json")
    assert ran.code == 4
    assert ran.document["outcome"] == "needs-review"
    assert ran.document["certificate"] is None
    assert provider.stopped
    assert "error" in json.dumps(grader("verify", ran.document["result"], "--json").document)


def test_failed(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """A task that is not done fails the exam."""
    (around.scenarios / "right-one.sh").write_text("echo done nothing\n")
    ran = grader(*DEMO, "-o", str(tmp_path), "--json")
    assert (ran.code, ran.document["outcome"]) == (1, "failed")


def test_no_such_exam(
    grader: Grader, around: Surroundings, provider: FakeProvider, tmp_path: Path
) -> None:
    """An exam whose tasks are not among the scenarios is refused before anything is started, and so is an unknown one."""
    ran = grader("exam", "demo", "-o", str(tmp_path), "--scenarios", str(tmp_path), "--json")
    assert ran.code == 2
    assert ran.document["error"]["code"] == "exam-invalid"
    ran = grader("exam", "demo", "diploma", "-o", str(tmp_path), "--json")
    assert ran.document["error"]["code"] == "exam-unknown"
    assert not provider.stopped
    assert not around.attempts.all()
