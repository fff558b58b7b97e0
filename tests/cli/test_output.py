"""What is printed where there is no terminal."""

from __future__ import annotations

import pytest
from rich.table import Table

from grader.cli.shown.output import Output

_WORDS = (
    "SCENARIO-OF-A-TEAM",
    *("UNTOUCHED", "RIGHT", "WRONG", "REWRITES", "MUTANTS", "TEARDOWN"),
    *("SCORE", "READY", "VERDICT"),
)


def _table() -> Table:
    table = Table(*_WORDS, box=None)
    table.add_row(*_WORDS)
    return table


def test_a_log_has_room_for_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rich takes a file for a terminal of 80 columns, in which these words would be cut."""
    monkeypatch.delenv("COLUMNS", raising=False)
    Output().show(_table())
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [list(_WORDS), list(_WORDS)]


def test_who_names_a_width_gets_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """COLUMNS counts, as it does for every program."""
    monkeypatch.setenv("COLUMNS", "60")
    Output().show(_table())
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60
