"""Beginning an attempt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.exam.attempts.start import Order, start
from grader.exam.identity import ALPHABET, new_attempt_id
from grader.exam.surroundings import Surroundings
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.store.audit import audit_trail
from tests.exam.fakes import FakeProvider, fake_surroundings

ORDER = Order("deploy-service", candidate="Zoé", seed=7)


def test_becomes_ready(around: Surroundings) -> None:
    """A started attempt is stored as ready, with its seed, candidate, provider and the time."""
    attempt = start(around, ORDER, PhaseLog())
    assert attempt == around.attempts.get(attempt.id)
    assert attempt.state is AttemptState.READY
    assert (attempt.seed, attempt.candidate, attempt.provider) == (7, "Zoé", "fake")
    assert attempt.ready_at is not None


def test_name_is_unambiguous(around: Surroundings) -> None:
    """An attempt's name has six characters that nobody mistakes for others, a letter first."""
    attempt = start(around, ORDER, PhaseLog())
    assert len(attempt.id) == 6
    assert set(attempt.id) <= set(ALPHABET)
    assert not set(ALPHABET) & set("il1o0")
    assert attempt.id[0].isalpha()


def test_name_is_not_taken_twice() -> None:
    """A name that is taken is not given again."""
    offered: list[str] = []

    def taken(name: str) -> bool:
        offered.append(name)
        return len(offered) < 3

    assert new_attempt_id(taken) == offered[2]


def test_folder_is_private(around: Surroundings) -> None:
    """The attempt's folder can be read by its owner alone."""
    attempt = start(around, ORDER, PhaseLog())
    assert around.folder_of(attempt.id).stat().st_mode & 0o777 == 0o700


def test_choice_is_told(tmp_path: Path) -> None:
    """Who names no provider hears which one was taken and why; who names one knows."""
    said: list[str] = []
    around = fake_surroundings(tmp_path, say=said.append)
    start(around, ORDER, PhaseLog())
    assert said == ["provider fake: the fake is at hand"]
    start(around, replace(ORDER, provider="fake"), PhaseLog())
    assert len(said) == 1


def test_starting_point_is_kept(around: Surroundings) -> None:
    """The sandbox as the candidate finds it is recorded before the attempt is ready."""
    log = PhaseLog()
    attempt = start(around, ORDER, log)
    assert (around.folder_of(attempt.id) / "starting-point.json.gz").exists()
    assert log.phases[-1].name == "baseline"


def test_row_before_work(tmp_path: Path) -> None:
    """The attempt is in the database before the provider starts anything."""
    seen: list[AttemptState] = []

    class Looking(FakeProvider):
        def wait_at(self, phase: str) -> None:
            if phase == "network":
                seen.extend(attempt.state for attempt in around.attempts.all())

    around = fake_surroundings(tmp_path, Looking(tmp_path / "world"))
    start(around, ORDER, PhaseLog())
    assert seen == [AttemptState.STARTING]


def test_unknown_scenario_starts_nothing(around: Surroundings) -> None:
    """A scenario that there is not gives scenario-unknown, and no attempt is made."""
    with pytest.raises(GraderError) as caught:
        start(around, Order("nope"), PhaseLog())
    assert caught.value.code is Code.SCENARIO_UNKNOWN
    assert around.untouched


@pytest.mark.parametrize("phase", FakeProvider.PHASES)
def test_failure_leaves_nothing(tmp_path: Path, phase: str) -> None:
    """Where the sandbox can't be brought up, what was started is stopped and the first error is raised."""
    provider = FakeProvider(tmp_path / "world", fail_at=phase)
    around = fake_surroundings(tmp_path, provider)
    with pytest.raises(GraderError, match="the fake broke"):
        start(around, ORDER, PhaseLog())
    (attempt,) = around.attempts.all()
    assert attempt.state is AttemptState.STOPPED
    assert not provider.remains(attempt.id, tmp_path).found
    assert not around.folder_of(attempt.id).exists()
    states = [entry.to_state for entry in audit_trail(around.database, attempt.id)]
    assert states == ["starting", "failed", "stopping", "stopped"]


def test_failing_cleanup_keeps_the_first_error(tmp_path: Path) -> None:
    """Where even the cleanup fails, the first error is raised, and the person is told what to type."""
    said: list[str] = []
    provider = FakeProvider(tmp_path / "world", fail_at="cluster", stuck=True)
    around = fake_surroundings(tmp_path, provider, say=said.append)
    with pytest.raises(GraderError, match="the fake broke"):
        start(around, ORDER, PhaseLog())
    (attempt,) = around.attempts.all()
    assert attempt.state is AttemptState.STOPPING
    assert f"hint: grader stop {attempt.id}" in said


def test_unfit_scenario_is_refused(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario that needs what nobody offers is refused before anything is made."""
    changes: dict[str, Any] = {"needs": ("workloads", "network-policy-enforced")}
    load = around.judge.load
    monkeypatch.setattr(
        around.judge, "load", lambda *asked: replace(load(*asked), **changes), raising=False
    )
    with pytest.raises(GraderError, match="network-policy-enforced") as caught:
        start(around, ORDER, PhaseLog())
    assert caught.value.code is Code.SCENARIO_INVALID
    assert around.attempts.all() == []
