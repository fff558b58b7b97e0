"""Which situations are played, and which of them once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from grader.model.phase import PhaseLog
from grader.sandbox.parity import parity as module
from grader.sandbox.parity.parity import compare_nodes
from grader.sandbox.parity.record import Record
from grader.sandbox.parity.situations import Situation, situations

NAMES = [one.name for one in situations()[:3]]
SAME = {"phase": "Running"}
OTHER = {"phase": "Pending"}


class Played:
    """What is recorded, in the order in which it is asked for: embedded, kind, and both once more."""

    def __init__(self, *answers: Mapping[str, Record]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Sequence[str]]] = []

    def __call__(
        self, _provider: object, chosen: Sequence[Situation], _log: PhaseLog, called: str
    ) -> Mapping[str, Record]:
        """The next of the answers, for what is asked for."""
        names = [one.name for one in chosen]
        self.asked.append((called, names))
        given = self.answers.pop(0)
        return {name: given.get(name, SAME) for name in names}


def test_what_is_the_same_is_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes that agree are not asked again."""
    played = Played({}, {})
    monkeypatch.setattr(module, "_played", played)
    found = compare_nodes(PhaseLog(), NAMES)
    assert (found.same, found.differences) == (3, ())
    assert played.asked == [("embedded", NAMES), ("kind", NAMES)]


@pytest.mark.parametrize(("later", "new"), [({}, []), ({NAMES[1]: OTHER}, [NAMES[1]])])
def test_a_difference_has_to_be_there_each_time(
    monkeypatch: pytest.MonkeyPatch, later: Mapping[str, Record], new: list[str]
) -> None:
    """Only what differs is played again, twice at most, and what it comes to then counts; nothing of the others is lost."""
    played = Played({}, {NAMES[1]: OTHER}, {}, later, {}, later)
    monkeypatch.setattr(module, "_played", played)
    found = compare_nodes(PhaseLog(), NAMES)
    assert [one.situation for one in found.new] == new
    again = [(f"once more ({NAMES[1]}), {node}", [NAMES[1]]) for node in ("embedded", "kind")]
    assert played.asked[2:] == again * (2 if new else 1)
    assert list(found.records["kind"]) == NAMES
