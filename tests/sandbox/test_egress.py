"""The proof that a sandbox is closed."""

from __future__ import annotations

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind import egress
from grader.sandbox.kind.egress import close_node, close_workstation, prove_node
from grader.sandbox.process import Commands

from .programs import Programs

_GATEWAY = "10.89.0.1"


def _results(code: int = 7) -> list[list[str]]:
    targets = [f"http://{egress.UNUSED_SERVICE}:80", "http://g:80", "http://o:80"]
    return [[where, target, str(code)] for where in ("pod", "node") for target in targets]


@pytest.fixture
def engine(programs: Programs) -> Engine:
    """An engine whose program does nothing yet."""
    return Engine("podman", programs.says("podman", ""), "5.4.0")


def test_everything_refused_at_once_is_closed() -> None:
    """Where every try is refused at once the sandbox is closed."""
    egress._require_closed(_results(), expected=6)


@pytest.mark.parametrize("code", [0, 1, 22, 28, 52, 56, 127])
@pytest.mark.parametrize("place", range(6))
def test_a_single_other_outcome_is_open(code: int, place: int) -> None:
    """An answer, a time-out, or a try that could not be made: each is an open sandbox, and named."""
    results = _results()
    results[place][2] = str(code)
    with pytest.raises(GraderError) as caught:
        egress._require_closed(results, expected=6)
    error = caught.value
    assert error.code is Code.EGRESS_OPEN
    assert results[place][1] in error.what
    assert error.where == results[place][0]
    assert error.detail == f"curl exit code {code}"


@pytest.mark.parametrize("made", range(6))
def test_a_try_that_is_missing_is_no_proof(made: int) -> None:
    """A proof that stopped half-way proves nothing."""
    with pytest.raises(GraderError) as caught:
        egress._require_closed(_results()[:made], expected=6)
    assert caught.value.code is Code.EGRESS_OPEN
    assert f"{made} of 6" in (caught.value.detail or "")


def test_the_proof_tries_from_pod_and_node(engine: Engine, programs: Programs) -> None:
    """All three ways out are tried from inside a pod and from the node, through the real script."""
    programs.add("podman", 'shift 2; [ "$1" = sh ] && exec /bin/sh -c "$3"\n')
    programs.says("pgrep", "41\n42\n")
    programs.add("head", "read -r first; echo $first\n")
    programs.add("nsenter", 'shift 3; exec "$@"\n')
    programs.says("curl", "", exit_code=7)
    prove_node(engine, "node", "/app/serve.py", _GATEWAY, Commands())
    entered = programs.calls("nsenter")
    assert len(entered) == 3
    assert all(call.startswith("-t 41 -n curl ") for call in entered)
    targets = [call.split()[-1] for call in programs.calls("curl")]
    ways = [f"http://{name}:80" for name in (egress.UNUSED_SERVICE, _GATEWAY, "192.0.2.1")]
    assert targets == ways * 2
    programs.says("curl", "", exit_code=28)
    with pytest.raises(GraderError) as caught:
        prove_node(engine, "node", "/app/serve.py", _GATEWAY, Commands())
    assert caught.value.code is Code.EGRESS_OPEN


def test_a_node_that_takes_no_rules_is_open(engine: Engine, programs: Programs) -> None:
    """Where the rules can't be set the sandbox does not start."""
    close_node(engine, "node", Commands())
    assert programs.calls("podman")[-1] == "exec --interactive node nft -f -"
    programs.says("podman", "", exit_code=1, stderr="nft: operation not permitted")
    with pytest.raises(GraderError) as caught:
        close_node(engine, "node", Commands())
    assert caught.value.code is Code.EGRESS_OPEN


def test_a_workstation_that_stays_open_is_told(engine: Engine, programs: Programs) -> None:
    """Where the workstation still has a way out the sandbox does not start."""
    close_workstation(engine, "station", _GATEWAY, Commands())
    assert programs.calls("podman")[-1].startswith("exec --privileged --user 0 station sh -c")
    programs.says("podman", "", exit_code=1, stderr="ip: not permitted")
    with pytest.raises(GraderError) as caught:
        close_workstation(engine, "station", _GATEWAY, Commands())
    assert caught.value.code is Code.EGRESS_OPEN
    assert _GATEWAY in caught.value.what
