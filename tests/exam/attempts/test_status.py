"""What is told of attempts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.exam.attempts.choice import chosen
from grader.exam.attempts.start import Order, start
from grader.exam.attempts.status import status, status_of_all
from grader.exam.attempts.stop import stop
from grader.exam.attempts.submit import submit
from grader.exam.surroundings import Surroundings
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from tests.exam.fakes import FakeProvider

ORDER = Order("deploy-service")


def test_ready(around: Surroundings) -> None:
    """A ready attempt is shown with its containers and with what to type."""
    attempt = start(around, ORDER, PhaseLog())
    entry = status(around, attempt)
    assert entry.condition == "ready"
    assert entry.owner is None
    assert len(entry.remains) == 3
    assert entry.next_commands[0] == f"grader shell {attempt.id}"


def test_submitted(around: Surroundings) -> None:
    """A submitted attempt is shown with its result."""
    attempt = start(around, ORDER, PhaseLog())
    submit(around, attempt.id, PhaseLog())
    entry = status(around, around.attempts.get(attempt.id))
    assert entry.condition == "submitted"
    assert entry.receipt
    assert entry.receipt.max_points == 10


def test_gone(around: Surroundings, tmp_path: Path) -> None:
    """A ready attempt without containers is called gone, and `stop` is what to type."""
    attempt = start(around, ORDER, PhaseLog())
    for file in (tmp_path / "world" / attempt.id).iterdir():
        file.unlink()
    entry = status(around, attempt)
    assert entry.condition == "gone"
    assert entry.next_commands == (f"grader stop {attempt.id}",)


def test_gone_with_something_left(around: Surroundings, tmp_path: Path) -> None:
    """A ready attempt whose node does not run is gone; what is left of it is listed all the same."""
    attempt = start(around, ORDER, PhaseLog())
    (tmp_path / "world" / attempt.id / "down-cluster").touch()
    entry = status(around, attempt)
    assert entry.condition == "gone"
    assert entry.not_running == (f"container {attempt.id}-cluster",)
    assert len(entry.remains) == 3
    assert entry.next_commands == (f"grader stop {attempt.id}",)


def test_submitted_stays_submitted(around: Surroundings, tmp_path: Path) -> None:
    """A submitted attempt keeps its word whatever becomes of its node: nobody needs it any more."""
    attempt = start(around, ORDER, PhaseLog())
    submit(around, attempt.id, PhaseLog())
    (tmp_path / "world" / attempt.id / "down-cluster").touch()
    assert status(around, around.attempts.get(attempt.id)).condition == "submitted"


def test_without_an_engine(around: Surroundings) -> None:
    """Where the machine can't be asked, the attempt is shown all the same, with the reason."""
    attempt = start(around, ORDER, PhaseLog())

    def no_engine(_name: str | None) -> FakeProvider:
        raise GraderError(Code.ENGINE_STOPPED, "podman does not answer")

    entry = status(replace(around, provider_named=no_engine), attempt)
    assert entry.condition == "ready"
    assert entry.unseen == "podman does not answer"


def test_stopped_ones_are_left_out(around: Surroundings) -> None:
    """Stopped attempts are listed only when asked for."""
    attempt = start(around, ORDER, PhaseLog())
    stop(around, attempt.id, PhaseLog())
    assert not status_of_all(around)
    assert [e.attempt.id for e in status_of_all(around, stopped_too=True)] == [attempt.id]


def test_fresh_machine(around: Surroundings) -> None:
    """Asking a machine that never had an attempt makes no database."""
    assert not status_of_all(around)
    assert around.untouched


def test_only_one_is_meant(around: Surroundings) -> None:
    """Without a name the only attempt is meant; stopped ones don't count."""
    stopped = start(around, ORDER, PhaseLog())
    stop(around, stopped.id, PhaseLog())
    attempt = start(around, ORDER, PhaseLog())
    assert chosen(around, None).id == attempt.id
    assert chosen(around, stopped.id).id == stopped.id


def test_several_are_listed(around: Surroundings) -> None:
    """Without a name, and with several attempts, the error lists them."""
    names = {start(around, ORDER, PhaseLog()).id for _ in range(2)}
    with pytest.raises(GraderError) as caught:
        chosen(around, None)
    assert all(name in (caught.value.hint or "") for name in names)


@pytest.mark.parametrize("name", [None, "nobody"])
def test_none_is_said(around: Surroundings, name: str | None) -> None:
    """Where there is no such attempt the error says how to begin one."""
    with pytest.raises(GraderError) as caught:
        chosen(around, name)
    assert caught.value.code is Code.ATTEMPT_UNKNOWN
    assert "grader start" in (caught.value.hint or "")
