"""The signed result of a whole exam, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from grader.exam.signing.certificate import certificate
from grader.exam.signing.keys import KeyRing
from grader.exam.surroundings import Surroundings
from grader.store.certifications import CertificationStore
from tests.exam.certified import NAME, PAPER, take_task, take_theory
from tests.report.samples import FAILED, FULL, MIXED

from .conftest import Grader


def test_passed(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """A passed exam is added up exactly, signed, and verified."""
    take_theory(around, right=15)
    take_task(around, "aaaaaa")
    take_task(around, "bbbbbb", FAILED)
    file = tmp_path / "result.json"
    ran = grader("exam", "result", PAPER, "aaaaaa:4", "bbbbbb", "-o", str(file), "--json")
    assert ran.code == 0
    assert ran.document["theory"]["percent"] == "75"
    assert ran.document["practical"]["percent"] == "86"
    assert ran.document["percent"] == "161/2"
    assert ran.document["outcome"] == "passed"
    verified = grader("verify", str(file), "--json")
    assert verified.code == 0
    assert verified.document["stated"]["percent"] == "161/2"
    assert NAME not in json.dumps(verified.document, ensure_ascii=False)


def test_failed(grader: Grader, around: Surroundings) -> None:
    """Whoever misses a pass mark has not passed, by the exit code too."""
    take_theory(around, right=13)
    take_task(around, "aaaaaa")
    ran = grader("exam", "result", PAPER, "aaaaaa")
    assert ran.code == 1
    assert "65 %" in ran.stdout
    assert "failed" in ran.stdout


def test_reviewed(grader: Grader, around: Surroundings) -> None:
    """A fault of ours waits for an examiner; the decision counts, and stands beside the original in the signed result."""
    take_theory(around)
    broken = FULL.checks[2].id
    take_task(around, "aaaaaa", MIXED)
    assert grader("exam", "result", PAPER, "aaaaaa", "--json").code == 4
    assert grader("decide", "aaaaaa", FULL.checks[0].id, "1", "--reason", "x").code == 2
    assert grader("decide", "aaaaaa", broken, "99", "--reason", "x").code == 2
    assert grader("decide", "aaaaaa", broken, "2", "--reason", " ").code == 2
    said = grader("decide", "aaaaaa", broken, "2", "--reason", "seen by hand")
    assert said.code == 0
    # It is a guard's, and 3 of 8 objective points were earned.
    assert "is worth 2 points, of which 0 count" in said.stdout
    ran = grader("exam", "result", PAPER, "aaaaaa", "--json")
    assert ran.code == 1
    (task,) = ran.document["practical"]["tasks"]
    assert task["points"] == 3
    assert [c["outcome"] for c in task["checks"]] == ["passed", "failed", "error"]
    assert task["decisions"][0]["reason"] == "seen by hand"
    changes = grader("status", "aaaaaa", "--json").document["changes"]
    assert "seen by hand" in changes[-1]["note"]
    outcomes = [c.outcome.value for c in CertificationStore(around.database).all(PAPER)]
    assert outcomes == ["needs-review", "failed"]


def test_signed_once(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """The same result is signed once; who asks again gets the same bytes."""
    take_theory(around)
    take_task(around, "aaaaaa")
    for name in ("one", "two"):
        assert grader("exam", "result", PAPER, "aaaaaa", "-o", str(tmp_path / name)).code == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert len(CertificationStore(around.database).all(PAPER)) == 1


def test_not_handed_in(grader: Grader, around: Surroundings) -> None:
    """A paper that is not handed in makes no result."""
    take_theory(around, hand_in=False)
    take_task(around, "aaaaaa")
    assert "not handed in" in grader("exam", "result", PAPER, "aaaaaa").stderr


def test_other_candidate(grader: Grader, around: Surroundings) -> None:
    """An attempt of somebody else is refused by name."""
    take_theory(around)
    take_task(around, "bbbbbb", name="Ada")
    ran = grader("exam", "result", PAPER, "bbbbbb")
    assert ran.code == 2
    assert "Ada" in ran.stderr


def test_on_another_machine(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """With the public key alone a result is verified elsewhere, and refused after any byte was changed."""
    take_theory(around)
    take_task(around, "aaaaaa")
    file, key = tmp_path / "result.json", tmp_path / "grader.pub"
    grader("exam", "result", PAPER, "aaaaaa", "-o", str(file))
    assert grader("keys", "export", "-o", str(key)).code == 0
    assert "PRIVATE" not in key.read_text(encoding="ascii")
    object.__setattr__(around, "home", tmp_path / "elsewhere")
    ran = grader("verify", str(file))
    assert ran.code == 1
    assert "--key" in ran.stderr
    assert grader("verify", str(file), "--key", str(key)).code == 0
    content = file.read_bytes()
    for place in range(0, len(content), 97):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert grader("verify", str(file), "--key", str(key)).code == 1


def test_certificate_code(grader: Grader, around: Surroundings) -> None:
    """The text of a certificate's code is verified like a file, and refused after a change."""
    take_theory(around)
    take_task(around, "aaaaaa")
    grader("exam", "result", PAPER, "aaaaaa")
    certification = CertificationStore(around.database).latest(PAPER)
    assert certification
    made = certificate(KeyRing(around.home), certification)
    assert (made.name, made.score, made.level) == (NAME, "100", "Expert")
    ran = grader("verify", made.text, "--json")
    assert ran.code == 0
    assert ran.document["stated"]["name"] == NAME
    for place in range(8, len(made.text), 5):
        other = "A" if made.text[place] != "A" else "B"
        changed = made.text[:place] + other + made.text[place + 1 :]
        assert grader("verify", changed).code == 1, place


def test_certificate(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """A passed exam has a certificate as a PDF; before there is a result, and for a failed one, there is none."""
    file = tmp_path / "certificate.pdf"
    assert grader("exam", "certificate", PAPER, "-o", str(file)).code == 2
    take_theory(around, right=13)
    take_task(around, "aaaaaa")
    grader("exam", "result", PAPER, "aaaaaa")
    ran = grader("exam", "certificate", PAPER, "-o", str(file))
    assert ran.code == 2
    assert "not passed" in ran.stderr
    assert not file.exists()


def test_certificate_of_a_passed_exam(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """The code that is printed is the one that `verify` accepts."""
    file = tmp_path / "certificate.pdf"
    take_theory(around)
    take_task(around, "aaaaaa")
    grader("exam", "result", PAPER, "aaaaaa")
    ran = grader("exam", "certificate", PAPER, "-o", str(file), "--lang", "en", "--json")
    assert ran.code == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert grader("verify", ran.document["text"]).code == 0


def test_cohort(grader: Grader, around: Surroundings, tmp_path: Path) -> None:
    """The page about all exams counts each by its result that counts, and names nobody."""
    take_theory(around)
    take_task(around, "aaaaaa", MIXED)
    grader("exam", "result", PAPER, "aaaaaa")
    grader("decide", "aaaaaa", FULL.checks[2].id, "2", "--reason", "seen")
    grader("exam", "result", PAPER, "aaaaaa")
    file = tmp_path / "cohort.html"
    ran = grader("exam", "cohort", "-o", str(file), "--lang", "en", "--json")
    assert ran.document["exams"] == 1
    page = file.read_text(encoding="utf-8")
    assert "1 exams · 0 passed · 1 not passed · 0 to be reviewed" in page
    assert "deploy-service" in page
    assert NAME not in page


def test_keys(grader: Grader) -> None:
    """Keys are listed by what they are for; a new one signs after a rotation."""
    assert grader("keys", "--json").document == {"keys": []}
    first = grader("keys", "export", "--json").document["id"]
    second = grader("keys", "rotate", "--json").document["id"]
    kinds = {key["id"]: key["kind"] for key in grader("keys", "--json").document["keys"]}
    assert kinds == {first: "signed before", second: "signs"}
