"""The proof that a sandbox is closed."""

from __future__ import annotations

import sys

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind import egress
from grader.sandbox.kind.egress import (
    close_node,
    close_workstation,
    prove_node,
    require_closed,
)
from grader.sandbox.process import Commands

from .programs import Programs

_GATEWAY = "10.89.0.1"


def _said(results: list[list[str]] | None = None, *, before: int = 3, after: int = 9) -> str:
    """What the probe prints: the counter, each try, the counter."""
    lines = [" ".join(result) for result in (_results() if results is None else results)]
    return "\n".join([f"packets {before}", *lines, f"packets {after}"])


def _results(code: int = 7) -> list[list[str]]:
    targets = [f"{egress.UNUSED_SERVICE}:80", "gateway:1", "outside:80"]
    return [[where, target, str(code)] for where in ("pod", "node") for target in targets]


@pytest.fixture
def engine(programs: Programs) -> Engine:
    """An engine whose program does nothing yet."""
    return Engine("podman", programs.says("podman", ""), "5.4.0")


def test_everything_refused_at_once_is_closed() -> None:
    """Where every try is refused at once the sandbox is closed."""
    require_closed(_said(), tries=6)


@pytest.mark.parametrize("code", [0, 1, 22, 28, 52, 56, 127])
@pytest.mark.parametrize("place", range(6))
def test_a_single_other_outcome_is_open(code: int, place: int) -> None:
    """An answer, a time-out, or a try that could not be made: each is an open sandbox, and named."""
    results = _results()
    results[place][2] = str(code)
    with pytest.raises(GraderError) as caught:
        require_closed(_said(results), tries=6)
    error = caught.value
    assert error.code is Code.EGRESS_OPEN
    assert results[place][1] in error.what
    assert error.where == results[place][0]
    assert error.detail == f"curl exit code {code}"


@pytest.mark.parametrize("made", range(6))
def test_a_try_that_is_missing_is_no_proof(made: int) -> None:
    """A proof that stopped half-way proves nothing."""
    with pytest.raises(GraderError) as caught:
        require_closed(_said(_results()[:made]), tries=6)
    assert caught.value.code is Code.EGRESS_OPEN
    assert f"{made} made" in (caught.value.detail or "")


def test_a_refusal_by_somebody_else_is_no_proof() -> None:
    """Where the node's rules did not count every try, something else refused: the way was open."""
    with pytest.raises(GraderError) as caught:
        require_closed(_said(after=8), tries=6)
    assert caught.value.code is Code.EGRESS_OPEN
    assert "5 refused" in (caught.value.detail or "")


def test_the_proof_tries_from_pod_and_node(engine: Engine, programs: Programs) -> None:
    """All three ways out are tried from inside a pod and from the node, through the real script."""
    _pretend_node(programs)
    programs.says("curl", "", exit_code=7)
    prove_node(engine, "node", "/app/serve.py", _GATEWAY, Commands())
    entered = programs.calls("nsenter")
    assert len(entered) == 3
    assert all(call.startswith("-t 41 -n curl ") for call in entered)
    targets = [call.split()[-1].rpartition(":")[0] for call in programs.calls("curl")]
    ways = [f"http://{name}" for name in (egress.UNUSED_SERVICE, _GATEWAY, "192.0.2.1")]
    assert targets == ways * 2
    programs.says("curl", "", exit_code=28)
    with pytest.raises(GraderError) as caught:
        prove_node(engine, "node", "/app/serve.py", _GATEWAY, Commands())
    assert caught.value.code is Code.EGRESS_OPEN


def test_a_call_that_is_heard_is_open(engine: Engine, programs: Programs) -> None:
    """A try that reaches this machine is an open sandbox, whatever curl says of it."""
    _pretend_node(programs)
    call = "import socket, sys; h, p = sys.argv[1][7:].split(':'); socket.create_connection((h, p))"
    programs.add(
        "curl",
        f'for last; do :; done; case $last in *127.0.0.1*) {sys.executable} -c "{call}" $last;; '
        "esac; exit 7\n",
    )
    with pytest.raises(GraderError, match=r"this machine at 127\.0\.0\.1"):
        prove_node(engine, "node", "/app/serve.py", "127.0.0.1", Commands())


def _pretend_node(programs: Programs) -> None:
    """A node whose counter goes up by six each time it is asked."""
    programs.add("podman", 'shift 2; [ "$1" = sh ] && exec /bin/sh -c "$3"\n')
    programs.says("pgrep", "41\n42\n")
    programs.add("head", "read -r first; echo $first\n")
    programs.add("nsenter", 'shift 3; exec "$@"\n')
    programs.add("grep", "while read -r line; do echo $line; done\n")
    state = programs.folder / "count"
    programs.add("nft", f'read -r n < {state}; echo "packets $n"; echo $((n + 6)) > {state}\n')
    state.write_text("0\n")


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
