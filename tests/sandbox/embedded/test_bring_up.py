"""What a start does about a seed that is of no use, a port that is taken, and a program that does not stay alive."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.bring_up import BringUp
from grader.sandbox.embedded.credentials import authority_of
from grader.sandbox.embedded.running import remember
from grader.sandbox.embedded.seeds import keep_seed, load_seed
from grader.sandbox.embedded.supervisor import GIVEN_UP
from grader.sandbox.process import Commands
from grader.sandbox.protocol import SandboxRequest

_SERVICES = ("audio",)
_SEED = b"a seed"


class _Server(KubeApi):
    """Stands for a cluster that came up."""

    def __init__(self) -> None:
        """Needs no kubeconfig."""


Tries = Callable[..., list[bytes | None]]


@pytest.fixture
def bring_up(tmp_path: Path) -> BringUp:
    """A start that nothing has been done for."""
    folder = tmp_path / "attempt"
    folder.mkdir()
    return BringUp(SandboxRequest("a1b2c3", folder, _SERVICES), PhaseLog(), Commands())


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> Tries:
    """Let each try end in an error, or succeed; the seeds that they were made with."""

    def prepared(*errors: GraderError | None) -> list[bytes | None]:
        left, made = list(errors), list[bytes | None]()

        def run(_self: BringUp, seed: bytes | None) -> KubeApi:
            made.append(seed)
            error = left.pop(0)
            if error is not None:
                raise error
            return _Server()

        monkeypatch.setattr(BringUp, "_run", run)
        return made

    return prepared


def _broken(detail: str = "") -> GraderError:
    return GraderError(Code.SANDBOX_BROKEN, "it did not come up", detail=detail)


_BUSY = "listen tcp 127.0.0.1:4711: bind: address already in use"


def test_a_seed_that_is_of_no_use_is_thrown_away(bring_up: BringUp, tries: Tries) -> None:
    """The start goes on without it, and the next one is made from the beginning too."""
    keep_seed(_SERVICES, _SEED)
    made = tries(_broken(), None)
    bring_up.run()
    assert made == [_SEED, None]
    assert load_seed(_SERVICES) is None


def test_without_a_seed_the_first_error_is_told(bring_up: BringUp, tries: Tries) -> None:
    """What was made from the beginning is not tried again."""
    made = tries(_broken())
    with pytest.raises(GraderError) as caught:
        bring_up.run()
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert made == [None]


def test_a_port_that_was_taken_meanwhile_is_another_one_next_time(
    bring_up: BringUp, tries: Tries
) -> None:
    """It says nothing against the seed."""
    keep_seed(_SERVICES, _SEED)
    made = tries(_broken(_BUSY), None)
    bring_up.run()
    assert made == [_SEED, _SEED]
    assert load_seed(_SERVICES) == _SEED


def test_ports_that_are_always_taken_are_told(bring_up: BringUp, tries: Tries) -> None:
    """After three tries somebody has to look."""
    made = tries(*[_broken(_BUSY)] * 3)
    with pytest.raises(GraderError) as caught:
        bring_up.run()
    assert caught.value.code is Code.PORT_BUSY
    assert len(made) == 3


def test_no_space_is_not_the_seed_s_fault(bring_up: BringUp, tries: Tries) -> None:
    """It is told at once, and the seed stays."""
    keep_seed(_SERVICES, _SEED)
    made = tries(_broken("write: no space left on device"))
    with pytest.raises(GraderError) as caught:
        bring_up.run()
    assert caught.value.code is Code.DISK_FULL
    assert made == [_SEED]
    assert load_seed(_SERVICES) == _SEED


def test_what_is_cleared_keeps_its_authority(bring_up: BringUp) -> None:
    """All of the sandbox goes but who signs for it, and what is not the sandbox's."""
    places = bring_up.places
    for folder in (places.etcd, places.data / "audio", places.workstation, places.audit.root):
        folder.mkdir(parents=True)
    bring_up.clear()
    assert not any(p.exists() for p in (places.etcd, places.data, places.workstation))
    assert places.audit.root.exists()
    assert authority_of(places).pair == bring_up.authority.pair


def test_a_program_that_did_not_stay_alive_has_the_last_word(bring_up: BringUp) -> None:
    """The error shows what the program said that was given up, however much it said afterwards."""
    places = bring_up.places
    places.logs.mkdir(parents=True)
    (places.logs / "supervisor.log").write_text(f"now kube-apiserver {GIVEN_UP}\n")
    (places.logs / "kube-apiserver.log").write_text("\n".join([_BUSY, *["more"] * 50]))
    remember(places, os.getpid() + 1_000_000)
    with pytest.raises(GraderError) as caught:
        bring_up._require_alive()
    assert str(caught.value.where).endswith("kube-apiserver.log")
    assert _BUSY in str(caught.value.detail)
