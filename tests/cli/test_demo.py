"""The demo."""

from __future__ import annotations

from pathlib import Path

from grader.exam.surroundings import Surroundings
from tests.exam.fakes import FakeJudge, FakeProvider

from .conftest import Grader


def test_whole_run(grader: Grader, around: Surroundings, provider: FakeProvider) -> None:
    """`demo` shows what it types and the answers, full points, the report's path, and leaves no sandbox."""
    ran = grader("demo")
    assert ran.code == 0
    assert "$ deploy it\nok\n$ ls\nok\n" in ran.stdout
    *_rest, score, report = ran.stdout.strip().splitlines()
    assert Path(report.removeprefix("report: ")).is_file()
    assert score == "score: 10 of 10 points"
    (attempt,) = around.attempts.all()
    assert provider.stopped == [attempt.id]


def test_json(grader: Grader) -> None:
    """`demo --json` has the result, the report's path and the lines that were typed."""
    document = grader("demo", "--json", "--lang", "en").document
    assert (document["points"], document["max_points"]) == (10, 10)
    assert document["language"] == "en"
    assert Path(document["report"]).is_file()
    assert document["typed"][0] == {"line": "deploy it", "output": "ok"}


def test_keep(grader: Grader, provider: FakeProvider) -> None:
    """`demo --keep` leaves the sandbox and says how to look at it and how to end it."""
    ran = grader("demo", "--keep")
    assert not provider.stopped
    assert "grader shell" in ran.stderr
    assert "grader stop" in ran.stderr


def test_other_answer(grader: Grader, provider: FakeProvider) -> None:
    """`demo --answer` types that answer; an unknown one is refused with the known, before anything starts."""
    assert grader("demo", "--answer", "right-one").code == 0
    provider.stopped.clear()
    ran = grader("demo", "--answer", "nope")
    assert ran.code == 2
    assert "right-one" in ran.stderr
    assert not provider.stopped


def test_fewer_points(grader: Grader, around: Surroundings) -> None:
    """An answer that is not worth full points makes the demo exit with 1."""
    (around.scenarios / "right-one.sh").write_text("echo done nothing\n")
    assert grader("demo").code == 1


def test_our_error(grader: Grader, judge: FakeJudge, provider: FakeProvider) -> None:
    """An error of ours makes the demo exit with 4, its sandbox stopped."""
    judge.error = True
    assert grader("demo").code == 4
    assert provider.stopped


def test_broken_start(grader: Grader, provider: FakeProvider) -> None:
    """A sandbox that doesn't come up is the error that the person sees."""
    provider.fail_at = "cluster"
    ran = grader("demo")
    assert ran.code == 4
    assert "error[sandbox-broken]: the fake broke" in ran.stderr
