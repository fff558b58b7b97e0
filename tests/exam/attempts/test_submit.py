"""Handing in, and practice checks."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.exam.attempts.opening import open_attempt
from grader.exam.attempts.practice import check
from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop
from grader.exam.attempts.submit import latest_result, noting, submit
from grader.exam.interrupts import Interrupted, Interrupts
from grader.exam.surroundings import Surroundings
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.model.submission import Round, Submission
from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, Verdict
from tests.exam.fakes import WORK, FakeJudge, FakeSandbox, fake_surroundings

ORDER = Order("deploy-service")


def _work(around: Surroundings, attempt_id: str) -> None:
    open_attempt(around, attempt_id).sandbox.workstation.write("work", WORK.encode())


def test_full_points(around: Surroundings) -> None:
    """Work that is right gets full points, and the attempt is submitted."""
    attempt = start(around, ORDER, PhaseLog())
    _work(around, attempt.id)
    handed = submit(around, attempt.id, PhaseLog())
    assert handed.first
    assert (handed.result.points, handed.result.max_points) == (10, 10)
    assert handed.result.passed
    assert around.attempts.get(attempt.id).state is AttemptState.SUBMITTED


def test_untouched_gets_nothing(around: Surroundings) -> None:
    """A sandbox in which nothing was done earns no point, not even for what was never broken."""
    attempt = start(around, ORDER, PhaseLog())
    result = submit(around, attempt.id, PhaseLog()).result
    assert result.points == 0
    assert result.verdict is Verdict.FAILED


def test_second_time_first_result(tmp_path: Path) -> None:
    """A second submit returns the first result, whatever was done meanwhile, and judges nothing."""
    judge = FakeJudge()
    around = fake_surroundings(tmp_path, judge=judge)
    attempt = start(around, ORDER, PhaseLog())
    first = submit(around, attempt.id, PhaseLog())
    _work(around, attempt.id)
    second = submit(around, attempt.id, PhaseLog())
    assert second.result == first.result
    assert not second.first
    assert judge.judged == 1


def test_our_error_costs_nothing(tmp_path: Path) -> None:
    """Where judging ends in an error of ours the attempt stays ready and can be submitted again."""
    judge = FakeJudge(error=True)
    around = fake_surroundings(tmp_path, judge=judge)
    attempt = start(around, ORDER, PhaseLog())
    _work(around, attempt.id)
    assert submit(around, attempt.id, PhaseLog()).result.verdict is Verdict.ERROR
    assert around.attempts.get(attempt.id).state is AttemptState.READY
    assert latest_result(around, attempt.id).verdict is Verdict.ERROR
    judge.error = False
    assert submit(around, attempt.id, PhaseLog()).result.passed
    assert latest_result(around, attempt.id).passed


def test_result_says_where_it_comes_from(around: Surroundings) -> None:
    """The result carries what the sandbox ran on, and its evidence's digest."""
    attempt = start(around, ORDER, PhaseLog())
    result = submit(around, attempt.id, PhaseLog()).result
    assert result.runs_on == {
        "reason": Bilingual("le faux est sous la main", "the fake is at hand"),
        "engine": Bilingual("faux 1.0", "fake 1.0"),
        "kubernetes": Bilingual("v0", "v0"),
    }
    assert result.evidence_digest == "sha256:" + "0f" * 32


def test_stopped_is_refused(around: Surroundings) -> None:
    """A stopped attempt can't be submitted, and asking leaves no folder behind."""
    attempt = start(around, ORDER, PhaseLog())
    stop(around, attempt.id, PhaseLog())
    with pytest.raises(GraderError) as caught:
        submit(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.ATTEMPT_STATE
    assert not around.folder_of(attempt.id).exists()


def test_gone_sandbox_says_what_to_type(around: Surroundings, tmp_path: Path) -> None:
    """A sandbox that disappeared gives sandbox-gone, and the command that clears the rest."""
    attempt = start(around, ORDER, PhaseLog())
    (tmp_path / "world" / attempt.id).rename(tmp_path / "elsewhere")
    with pytest.raises(GraderError) as caught:
        submit(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.SANDBOX_GONE
    assert f"grader stop {attempt.id}" in (caught.value.hint or "")


def test_broken_baseline(around: Surroundings) -> None:
    """A baseline that can't be read is our error, and costs nothing."""
    attempt = start(around, ORDER, PhaseLog())
    (around.folder_of(attempt.id) / "starting-point.json.gz").write_bytes(b"nonsense")
    with pytest.raises(GraderError) as caught:
        submit(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.JUDGING_FAILED
    assert around.attempts.get(attempt.id).state is AttemptState.READY


def test_results_that_can_not_be_kept_cost_nothing(around: Surroundings) -> None:
    """Where the evidence could not be written nothing is judged, and the next try finishes it."""
    attempt = start(around, ORDER, PhaseLog())
    _work(around, attempt.id)
    folder = around.results_of(attempt.id)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way", encoding="utf-8")
    with pytest.raises(GraderError) as caught:
        submit(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.JUDGING_FAILED
    assert "submit again" in (caught.value.hint or "")
    assert around.attempts.get(attempt.id).state is AttemptState.READY
    assert not around.submissions.all(attempt.id)
    folder.unlink()
    assert submit(around, attempt.id, PhaseLog()).result.passed


def test_never_submitted(around: Surroundings) -> None:
    """The result of an attempt that was never submitted is refused with the command that submits."""
    attempt = start(around, ORDER, PhaseLog())
    with pytest.raises(GraderError) as caught:
        latest_result(around, attempt.id)
    assert caught.value.hint == f"grader submit {attempt.id}"


def test_swallowed_interrupt_counts_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the middle of judging, even where pytest swallows it, stores no result."""

    class Swallowing(FakeJudge):
        def submit(self, *arguments: Any, **options: Any) -> Submission:
            with suppress(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
            options["on_round"] = None
            return super().submit(*arguments, **options)

    around = fake_surroundings(tmp_path, judge=Swallowing())
    attempt = start(around, ORDER, PhaseLog())
    with pytest.raises(Interrupted):
        submit(around, attempt.id, PhaseLog())
    assert around.attempts.get(attempt.id).state is AttemptState.READY
    assert not around.submissions.all(attempt.id)


def test_practice_records_nothing(around: Surroundings) -> None:
    """A practice check shows the points and leaves the attempt as it was."""
    attempt = start(around, ORDER, PhaseLog())
    _work(around, attempt.id)
    assert check(around, attempt.id, PhaseLog()).points == 10
    assert around.attempts.get(attempt.id).state is AttemptState.READY
    assert not around.submissions.all(attempt.id)
    assert not around.results_of(attempt.id).exists()


def test_graded_attempt_can_not_be_checked(around: Surroundings) -> None:
    """Who is graded doesn't see the checks before handing in."""
    attempt = start(around, Order("deploy-service", candidate="Zoé"), PhaseLog())
    with pytest.raises(GraderError) as caught:
        check(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.ATTEMPT_STATE
    assert caught.value.hint == f"hand it in with: grader submit {attempt.id}"


def test_a_sandbox_that_can_not_say_what_it_is(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster that stops answering is still judged, by what the judging finds, and what it ran on is left out."""
    attempt = start(around, ORDER, PhaseLog())

    def silent(_sandbox: FakeSandbox) -> dict[str, Bilingual]:
        raise GraderError(Code.SANDBOX_BROKEN, "the API server does not answer")

    monkeypatch.setattr(FakeSandbox, "runs_on", silent)
    result = submit(around, attempt.id, PhaseLog()).result
    assert list(result.runs_on) == ["reason"]
    assert around.submissions.all(attempt.id)


def test_how_judging_gets_on_is_noted_in_both_languages() -> None:
    """After each look the number of passing checks is noted; where nothing could be seen, what went wrong."""
    log = PhaseLog()
    passed = CheckResult("a", Bilingual("A", "A"), 1, guard=False, verdict=Verdict.PASSED)
    failed = replace(passed, id="b", verdict=Verdict.FAILED)
    with log.phase("judging") as note:
        told = noting(note, Interrupts(print))
        told(Round(1, 0.5, (passed, failed), ""))
        assert log.phases[0].note_in(Language.FRENCH) == "1 sur 2 contrôles réussis"
        assert log.phases[0].note_in(Language.ENGLISH) == "1 of 2 checks pass"
        told(Round(2, 0.7, (failed,), "no answer"))
    assert log.phases[0].note_in(Language.FRENCH) == "no answer"
