"""Judging an attempt's evidence again: looked at first, stored beside the old result, never by mistake."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop
from grader.exam.attempts.submit import latest_result, submit
from grader.exam.results.evidence_files import all_evidence, evidence_files
from grader.exam.results.regrade import Regrade, regrade, store_regrade
from grader.exam.surroundings import Surroundings
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.model.rejudgement import Crossing
from grader.model.text import Language
from grader.model.verdict import Verdict
from grader.store.audit import audit_trail
from tests.exam.fakes import FakeJudge, FakeProvider, fake_surroundings


@pytest.fixture
def judge() -> FakeJudge:
    """Finds the work wanting live, and right when it is judged again."""
    return FakeJudge()


@pytest.fixture
def around(tmp_path: Path, judge: FakeJudge) -> Surroundings:
    """Surroundings without a cluster."""
    return fake_surroundings(tmp_path, FakeProvider(tmp_path / "world"), judge)


def submitted(around: Surroundings) -> str:
    """An attempt that failed."""
    order = Order("deploy-service", "Zoé", None, Language.FRENCH, 7, None)
    attempt = start(around, order, PhaseLog())
    submit(around, attempt.id, PhaseLog())
    return attempt.id


def again(around: Surroundings, *words: str) -> Regrade:
    """The one piece of evidence that is meant, judged again."""
    (one,) = regrade(around, evidence_files(around, words))
    return one


def test_looking_stores_nothing(around: Surroundings) -> None:
    """A preview names points then and now and who crosses the pass mark, and changes nothing."""
    attempt = submitted(around)
    one = again(around, attempt)
    assert one.rejudged is not None
    assert one.rejudged.points == (0, 10)
    assert one.rejudged.crossing is Crossing.UP
    assert one.kept_because == ""
    assert latest_result(around, attempt).points == 0
    assert len(around.submissions.all(attempt)) == 1


def test_the_new_result_counts_and_the_old_is_kept(around: Surroundings) -> None:
    """Once stored, the new result is the attempt's, with the old one in it, in the store and in the audit."""
    attempt = submitted(around)
    old = latest_result(around, attempt)
    stored = store_regrade(around, again(around, attempt))
    result = latest_result(around, attempt)
    assert result == stored
    assert (result.points, result.verdict) == (10, Verdict.PASSED)
    assert (result.candidate, result.seed, result.submitted_at) == ("Zoé", 7, old.submitted_at)
    assert [(e.points, e.max_points, e.verdict) for e in result.earlier] == [
        (0, 10, Verdict.FAILED)
    ]
    assert result.regraded_at
    receipts = around.submissions.all(attempt)
    assert [(r.points, r.final) for r in receipts] == [(0, False), (10, True)]
    note = audit_trail(around.database, attempt)[-1].note
    assert note == "judged again: failed, 0 of 10 points, became passed, 10 of 10"
    # Handing in once more gives back the result that counts.
    assert not submit(around, attempt, PhaseLog()).first


def test_who_has_to_act_follows_from_today_s_reasons(
    around: Surroundings, judge: FakeJudge
) -> None:
    """A mended result does not send anybody anywhere; one that fails by today's checks says who it goes to."""
    attempt = submitted(around)
    one = again(around, attempt)
    assert one.rejudged is not None
    goes = replace(one.rejudged, now=replace(one.rejudged.now, goes="candidate"))
    assert store_regrade(around, replace(one, rejudged=goes)).goes == "candidate"
    judge.again = Verdict.FAILED
    assert store_regrade(around, again(around, attempt)).goes == ""


def test_a_second_time_nothing_changes(around: Surroundings, judge: FakeJudge) -> None:
    """What counts is compared, not what the evidence first came to; and it can be corrected once more."""
    attempt = submitted(around)
    store_regrade(around, again(around, attempt))
    assert again(around, attempt).kept_because == "nothing changes"
    judge.again = Verdict.FAILED
    result = store_regrade(around, again(around, attempt))
    assert [earlier.points for earlier in result.earlier] == [0, 10]
    assert result.points == 0


def test_an_error_never_replaces_a_decision(around: Surroundings, judge: FakeJudge) -> None:
    """Where today's checks end in an error the result that counts stays, and storing is refused."""
    attempt = submitted(around)
    judge.again = Verdict.ERROR
    one = again(around, attempt)
    assert one.rejudged is not None
    assert one.rejudged.crossing is Crossing.ERROR
    assert "decides nothing" in one.kept_because
    with pytest.raises(GraderError) as refused:
        store_regrade(around, one)
    assert refused.value.code is Code.ATTEMPT_STATE
    assert len(around.submissions.all(attempt)) == 1


def test_an_error_is_mended_once_the_work_is_over(around: Surroundings, judge: FakeJudge) -> None:
    """An attempt whose judging broke down gets its result from the evidence, but not while it can be submitted."""
    judge.error = True
    attempt = submitted(around)
    one = again(around, attempt)
    assert "not handed in yet" in one.kept_because
    with pytest.raises(GraderError):
        store_regrade(around, one)
    stop(around, attempt, PhaseLog())
    store_regrade(around, again(around, attempt))
    assert latest_result(around, attempt).verdict is Verdict.PASSED
    assert around.attempts.get(attempt).state.value == "stopped"


def test_what_changed_in_the_meantime_is_not_overwritten(
    around: Surroundings, judge: FakeJudge
) -> None:
    """Two examiners at once: the second, who saw an older result, is refused."""
    attempt = submitted(around)
    mine = again(around, attempt)
    store_regrade(around, again(around, attempt))
    judge.again = Verdict.FAILED
    with pytest.raises(GraderError, match="in the meantime"):
        store_regrade(around, mine)
    assert latest_result(around, attempt).points == 10


def test_an_error_mended_twice_is_refused(around: Surroundings, judge: FakeJudge) -> None:
    """Also where nothing counted before, a result stored meanwhile is not replaced unseen."""
    judge.error = True
    attempt = submitted(around)
    stop(around, attempt, PhaseLog())
    first, second = again(around, attempt), again(around, attempt)
    store_regrade(around, first)
    with pytest.raises(GraderError, match="in the meantime"):
        store_regrade(around, second)


def test_a_file_is_known_by_its_digest(around: Surroundings, tmp_path: Path) -> None:
    """A copy of an attempt's evidence is that attempt's, wherever it lies; naming both judges it once each."""
    attempt = submitted(around)
    source = Path(latest_result(around, attempt).evidence_path)
    copy = tmp_path / "copies" / source.name
    copy.parent.mkdir()
    shutil.copy(source, copy)
    (one,) = evidence_files(around, [str(copy)])
    assert one.attempt is not None
    assert one.attempt.id == attempt
    assert len(evidence_files(around, [attempt, str(source), str(copy.parent)])) == 2


def test_evidence_of_nobody_here_is_looked_at_only(around: Surroundings, tmp_path: Path) -> None:
    """A file that no attempt of this machine has is judged, and can't be stored."""
    file = tmp_path / f"{'ab' * 32}.json.gz"
    file.write_bytes(b"evidence")
    one = again(around, str(file))
    assert one.changed
    assert one.kept_because == "no attempt on this machine has this evidence"


def test_a_moved_home_is_found(around: Surroundings, tmp_path: Path) -> None:
    """Evidence is found beside the database, wherever the home has gone to."""
    attempt = submitted(around)
    moved = around.home.rename(tmp_path / "moved")
    there = replace(around, home=moved)
    (file,) = evidence_files(there, [attempt])
    assert file.path.is_relative_to(moved)
    assert file.path.exists()


def test_all_are_those_with_a_result(around: Surroundings) -> None:
    """`--all` means every attempt with evidence, the oldest first, stopped ones too."""
    assert all_evidence(around) == []
    first = submitted(around)
    stop(around, first, PhaseLog())
    start(around, Order("deploy-service", "", None, Language.FRENCH, 1, None), PhaseLog())
    second = submitted(around)
    found = [file.attempt.id for file in all_evidence(around) if file.attempt]
    assert found == [first, second]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("nonsense", "neither an attempt, a session, an exam's code nor an evidence file"),
        ("", "neither an attempt, a session"),
        ("{empty}", "there is no evidence in this folder"),
    ],
)
def test_words_that_mean_nothing(
    around: Surroundings, tmp_path: Path, word: str, says: str
) -> None:
    """A word that names nothing is refused before anything is judged."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(GraderError, match=says):
        evidence_files(around, [word.format(empty=tmp_path / "empty")])


def test_an_attempt_without_evidence(around: Surroundings) -> None:
    """An attempt that was never submitted is named as such."""
    order = Order("deploy-service", "", None, Language.FRENCH, 1, None)
    attempt = start(around, order, PhaseLog())
    with pytest.raises(GraderError, match="never submitted"):
        evidence_files(around, [attempt.id])
