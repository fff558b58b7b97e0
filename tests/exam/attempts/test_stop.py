"""Ending attempts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exam.attempts.change import change_state
from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop, stop_all
from grader.exam.attempts.submit import submit
from grader.exam.owner import owner_at_work
from grader.exam.surroundings import Surroundings
from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from tests.exam.fakes import FakeProvider, fake_surroundings

ORDER = Order("deploy-service")


def test_nothing_left(around: Surroundings, tmp_path: Path) -> None:
    """After stop there is no container and no file of the sandbox."""
    attempt = start(around, ORDER, PhaseLog())
    assert stop(around, attempt.id, PhaseLog()).state is AttemptState.STOPPED
    assert not (tmp_path / "world" / attempt.id).exists()
    assert not around.folder_of(attempt.id).exists()


def test_who_waits_finds_it_stopped(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock holds until the attempt is stopped: another stop never sees it half-way there."""
    attempt = start(around, ORDER, PhaseLog())
    folder = around.folder_of(attempt.id)
    held: dict[AttemptState, bool] = {}

    def noted(around: Surroundings, attempt_id: str, to: AttemptState, note: str = "") -> Attempt:
        held[to] = owner_at_work(folder) is not None
        return change_state(around, attempt_id, to, note)

    monkeypatch.setattr("grader.exam.attempts.stop.change_state", noted)
    stop(around, attempt.id, PhaseLog())
    assert held == {AttemptState.STOPPING: True, AttemptState.STOPPED: True}
    assert not folder.exists()


def test_result_stays(around: Surroundings) -> None:
    """Evidence and result survive the sandbox."""
    attempt = start(around, ORDER, PhaseLog())
    result = submit(around, attempt.id, PhaseLog()).result
    stop(around, attempt.id, PhaseLog())
    assert Path(result.evidence_path).exists()
    assert submit(around, attempt.id, PhaseLog()).result == result


def test_twice_is_once(tmp_path: Path) -> None:
    """Stopping a stopped attempt changes nothing and is no error."""
    provider = FakeProvider(tmp_path / "world")
    around = fake_surroundings(tmp_path, provider)
    attempt = start(around, ORDER, PhaseLog())
    stop(around, attempt.id, PhaseLog())
    stop(around, attempt.id, PhaseLog())
    assert provider.stopped == [attempt.id]


def test_leftovers_are_an_error(tmp_path: Path) -> None:
    """What can't be removed is named, and the attempt is not called stopped; trying again can end it."""
    provider = FakeProvider(tmp_path / "world", stuck=True)
    around = fake_surroundings(tmp_path, provider)
    attempt = start(around, ORDER, PhaseLog())
    with pytest.raises(GraderError) as caught:
        stop(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert f"container {attempt.id}-cluster" in caught.value.what
    assert around.attempts.get(attempt.id).state is AttemptState.STOPPING
    provider.stuck = False
    assert stop(around, attempt.id, PhaseLog()).state is AttemptState.STOPPED


def test_all(around: Surroundings, tmp_path: Path) -> None:
    """`stop_all` ends every attempt, and leaves no file of theirs."""
    attempts = [start(around, ORDER, PhaseLog()) for _ in range(3)]
    done = stop_all(around, PhaseLog())
    assert {a.id for a in done.attempts} == {a.id for a in attempts}
    assert not done.errors
    assert not list((around.home / "attempts").iterdir())
    assert [path.name for path in (tmp_path / "world").iterdir()] == ["gate"]


def test_all_goes_on_after_an_error(tmp_path: Path) -> None:
    """One attempt that can't be stopped doesn't keep the others alive."""

    class StuckOnce(FakeProvider):
        def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
            self.stuck = not self.stopped
            super().stop(attempt, folder, log)

    around = fake_surroundings(tmp_path, StuckOnce(tmp_path / "world"))
    for _ in range(2):
        start(around, ORDER, PhaseLog())
    done = stop_all(around, PhaseLog())
    assert len(done.attempts) == 1
    assert len(done.errors) == 1


def test_all_of_nothing(around: Surroundings) -> None:
    """On a machine that never had an attempt there is nothing to stop, and no database is made."""
    assert not stop_all(around, PhaseLog()).attempts
    assert around.untouched


def test_folder_without_a_row(around: Surroundings) -> None:
    """The folder of a start that died before it wrote its row is removed."""
    stray = around.folder_of("zzzzzz")
    stray.mkdir(parents=True)
    (stray / "owner.lock").touch()
    stop_all(around, PhaseLog())
    assert not stray.exists()


def test_foreign_folder_is_left_alone(around: Surroundings) -> None:
    """A folder with anything else in it is not ours to remove."""
    stray = around.folder_of("zzzzzz")
    stray.mkdir(parents=True)
    (stray / "thesis.txt").touch()
    stop_all(around, PhaseLog())
    assert stray.exists()


def test_machine_restarted(around: Surroundings, tmp_path: Path) -> None:
    """An attempt whose containers disappeared can still be stopped."""
    attempt = start(around, ORDER, PhaseLog())
    for file in (tmp_path / "world" / attempt.id).iterdir():
        file.unlink()
    assert stop(around, attempt.id, PhaseLog()).state is AttemptState.STOPPED
