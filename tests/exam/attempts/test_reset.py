"""Bringing an attempt back to its start, without a cluster."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from grader.exam.attempts.opening import open_attempt
from grader.exam.attempts.reset import reset
from grader.exam.attempts.start import Order, start
from grader.exam.attempts.starting_point import load_starting_point
from grader.exam.attempts.status import status
from grader.exam.attempts.stop import stop
from grader.exam.attempts.submit import submit
from grader.exam.owner import at_work
from grader.exam.surroundings import Surroundings
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.observation import Observation, StartingPoint
from grader.model.phase import PhaseLog
from grader.model.scenario import Scenario
from grader.sandbox.protocol import Sandbox
from grader.store.audit import audit_trail
from tests.exam.fakes import WORK, FakeJudge, FakeProvider, ResettingProvider, fake_surroundings
from tests.exam.processes import Running, grader

ORDER = Order("deploy-service")


@dataclass
class StagingJudge(FakeJudge):
    """One that sees what it is told to see, stage after stage."""

    seen: Iterator[Mapping[str, Sequence[Any]]] = field(default_factory=lambda: iter(()))

    def set_stage(self, sandbox: Sandbox, scenario: Scenario, log: PhaseLog) -> StartingPoint:
        """The next thing to see."""
        del sandbox, scenario
        with log.phase("baseline"):
            return StartingPoint.of(Observation("2026-01-01T00:00:00Z", next(self.seen, {})))


@pytest.fixture
def provider(tmp_path: Path) -> ResettingProvider:
    """What runs the sandboxes."""
    return ResettingProvider(tmp_path / "world")


@pytest.fixture
def around(tmp_path: Path, provider: ResettingProvider) -> Surroundings:
    """Surroundings whose provider can reset."""
    return fake_surroundings(tmp_path, provider, FakeJudge())


def a_service(name: str) -> Mapping[str, Sequence[Any]]:
    """Objects that are one Service."""
    return {"v1/Service": [{"metadata": {"name": name, "namespace": "n"}}]}


def test_all_work_is_undone(around: Surroundings, provider: ResettingProvider) -> None:
    """Back at its start the attempt is ready, earns nothing, and the change is on record with its time."""
    attempt = start(around, ORDER, PhaseLog())
    open_attempt(around, attempt.id).sandbox.workstation.write("work", WORK.encode())
    log = PhaseLog()
    assert reset(around, attempt.id, log).state is AttemptState.READY
    assert provider.resets == [attempt.id]
    assert [phase.name for phase in log.phases] == ["reset", "baseline"]
    trail = audit_trail(around.database, attempt.id)
    assert [entry.to_state for entry in trail][-2:] == ["resetting", "ready"]
    assert trail[-1].note.startswith("back at its start after ")
    assert not submit(around, attempt.id, PhaseLog()).result.passed


def test_the_new_start_counts(tmp_path: Path, provider: ResettingProvider) -> None:
    """What was seen at the reset is what the work is compared with from then on."""
    first = {"v1/Service": [{"metadata": {"name": "a", "namespace": "n", "uid": "1"}}]}
    second = {"v1/Service": [{"metadata": {"name": "a", "namespace": "n", "uid": "2"}}]}
    around = fake_surroundings(tmp_path, provider, StagingJudge(seen=iter([first, second])))
    attempt = start(around, ORDER, PhaseLog())
    reset(around, attempt.id, PhaseLog())
    kept = load_starting_point(around.folder_of(attempt.id))
    assert kept.before.objects == second


def test_a_different_sandbox_is_never_ready(tmp_path: Path, provider: ResettingProvider) -> None:
    """Where the sandbox is not as it was, that is told, and nobody can work or be judged in it."""
    judge = StagingJudge(seen=iter([a_service("a"), a_service("b")]))
    around = fake_surroundings(tmp_path, provider, judge)
    attempt = start(around, ORDER, PhaseLog())
    with pytest.raises(GraderError, match="Service/n/a is missing, Service/n/b is there") as caught:
        reset(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert "grader start deploy-service" in (caught.value.hint or "")
    entry = status(around, around.attempts.get(attempt.id))
    assert entry.condition == "interrupted"
    assert entry.next_commands == (f"grader reset {attempt.id}", f"grader stop {attempt.id}")
    with pytest.raises(GraderError, match="resetting"):
        submit(around, attempt.id, PhaseLog())
    stop(around, attempt.id, PhaseLog())


def test_what_failed_can_be_tried_again(around: Surroundings, provider: ResettingProvider) -> None:
    """A reset that broke can be made again."""
    attempt = start(around, ORDER, PhaseLog())
    provider.fail_at = "reset"
    with pytest.raises(GraderError, match="the fake broke"):
        reset(around, attempt.id, PhaseLog())
    assert around.attempts.get(attempt.id).state is AttemptState.RESETTING
    provider.fail_at = ""
    assert reset(around, attempt.id, PhaseLog()).state is AttemptState.READY


def test_graded_attempts_are_not_reset(around: Surroundings, provider: ResettingProvider) -> None:
    """A graded attempt is refused, and nothing of it changes."""
    attempt = start(around, replace(ORDER, candidate="Zoé"), PhaseLog())
    with pytest.raises(GraderError, match="is graded, for Zoé") as caught:
        reset(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.ATTEMPT_STATE
    assert provider.resets == []
    assert around.attempts.get(attempt.id).state is AttemptState.READY


def test_submitted_attempts_are_not_reset(around: Surroundings) -> None:
    """What was handed in stays as it was handed in."""
    attempt = start(around, ORDER, PhaseLog())
    submit(around, attempt.id, PhaseLog())
    with pytest.raises(GraderError, match="is submitted"):
        reset(around, attempt.id, PhaseLog())


def test_a_provider_that_cannot(tmp_path: Path) -> None:
    """Where the provider can't, that is told with what can be done instead, and the attempt stays ready."""
    around = fake_surroundings(tmp_path, FakeProvider(tmp_path / "world"), FakeJudge())
    attempt = start(around, ORDER, PhaseLog())
    with pytest.raises(GraderError, match="the provider fake can't") as caught:
        reset(around, attempt.id, PhaseLog())
    assert caught.value.code is Code.USAGE
    assert around.attempts.get(attempt.id).state is AttemptState.READY


def test_one_at_a_time(around: Surroundings) -> None:
    """While somebody else is at work on an attempt it is not reset."""
    attempt = start(around, ORDER, PhaseLog())
    with (
        at_work(around.folder_of(attempt.id), "check"),
        pytest.raises(GraderError, match="another grader is at work"),
    ):
        reset(around, attempt.id, PhaseLog())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_interrupted(tmp_path: Path, number: signal.Signals) -> None:
    """An interrupted or killed reset leaves an attempt that can be reset again or stopped, and nothing else."""
    grader(tmp_path, "start", "deploy-service", "--json")
    running = Running(tmp_path, "reset", "--json", phase="reset").reach("reset")
    ended = running.send(number).end()
    assert ended.code == (130 if number is signal.SIGINT else -number)
    (entry,) = grader(tmp_path, "status", "--json").document["attempts"]
    assert (entry["state"], entry["condition"]) == ("resetting", "interrupted")
    assert entry["next"] == [f"grader reset {entry['id']}", f"grader stop {entry['id']}"]
    assert grader(tmp_path, "check").code != 0
    assert grader(tmp_path, "reset", "--json").document["attempt"]["state"] == "ready"
    assert grader(tmp_path, "stop").code == 0
