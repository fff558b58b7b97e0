"""An embedded sandbox whose ports somebody else takes between their choice and its start."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model.phase import PhaseLog
from grader.sandbox.embedded import bring_up
from grader.sandbox.embedded.addresses import Ports, free_ports
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.provider import EmbeddedProvider
from grader.sandbox.embedded.running import processes
from grader.sandbox.names import NAMESPACE
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.services import services

pytestmark = pytest.mark.engine

_ATTEMPT = "e2eport"


@pytest.mark.parametrize("taken", ["api", "node"])
def test_a_taken_port_is_left_to_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    """The sandbox comes up on others, whichever program finds its port taken, and leaves nothing behind."""
    folder = tmp_path / "attempt"
    folder.mkdir(mode=0o700)
    provider = EmbeddedProvider()
    chosen: list[Ports] = []
    with socket.create_server(("127.0.0.1", 0)) as owner:

        def choose() -> Ports:
            ports = free_ports()
            if not chosen:
                ports = replace(ports, **{taken: owner.getsockname()[1]})
            chosen.append(ports)
            return ports

        monkeypatch.setattr(bring_up, "free_ports", choose)
        try:
            request = SandboxRequest(_ATTEMPT, folder, tuple(services()))
            cluster = provider.start(request, PhaseLog()).cluster
            deployed = cluster.objects()["apps/v1/Deployment"]
        finally:
            provider.stop(_ATTEMPT, folder, PhaseLog())
    assert {
        one["metadata"]["name"] for one in deployed if one["metadata"]["namespace"] == NAMESPACE
    } == set(services())
    assert len(chosen) == 2
    assert not set(vars(chosen[0]).values()) & set(vars(chosen[1]).values())
    assert not list(processes(Places(folder)))
