"""`grader parity`: what differs between two nodes, and what that tells the shell."""

from __future__ import annotations

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.parity import parity as module
from grader.sandbox.parity.compare import Difference
from grader.sandbox.parity.parity import Parity, compare_nodes
from grader.sandbox.parity.situations import Situation

from .conftest import Grader

SITUATIONS = [Situation(name, f"what {name} is", (), {"ready": True}) for name in ("a", "b", "c")]
KNOWN = Difference("a", "x", "1", "2", "it has to be so")
NEW = Difference("b", "phase", "Running", "Failed")


@pytest.mark.parametrize(
    ("differences", "code", "end"),
    [
        ([], 0, "3 the same on both nodes, 0 known reasons to differ, 0 new differences"),
        ([KNOWN], 0, "2 the same on both nodes, 1 known reasons to differ, 0 new differences"),
        ([KNOWN, NEW], 1, "1 the same on both nodes, 1 known reasons to differ, 1 new differences"),
    ],
)
def test_a_new_difference_fails(
    grader: Grader,
    monkeypatch: pytest.MonkeyPatch,
    differences: list[Difference],
    code: int,
    end: str,
) -> None:
    """Known ones are told by their reason and are no failure; a new one is told in full and is one."""
    found = Parity(SITUATIONS, {"kind": {}, "embedded": {}}, differences)
    monkeypatch.setattr(module, "compare_nodes", lambda _log, _names: found)
    ran = grader("parity")
    assert ran.code == code
    assert ran.stdout.splitlines()[-1].endswith(end)
    assert ("it has to be so" in ran.stdout) == (KNOWN in differences)
    assert ("what b is" in ran.stdout and "embedded  Failed" in ran.stdout) == (NEW in differences)
    document = grader("parity", "--json").document
    assert (document["same"], len(document["differences"])) == (
        3 - len(differences),
        len(differences),
    )


def test_an_unknown_situation_is_refused(grader: Grader) -> None:
    """Before anything is started, and with what to type."""
    ran = grader("parity", "nothing-like-it")
    assert ran.code == 2
    assert "there is no situation nothing-like-it" in ran.stderr
    with pytest.raises(GraderError) as raised:
        compare_nodes(None, ["nothing-like-it"])  # type: ignore[arg-type]
    assert raised.value.code is Code.USAGE
    assert "crash-code" in (raised.value.detail or "")
