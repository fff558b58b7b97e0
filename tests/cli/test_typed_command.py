"""The product's own commands, run as a person would type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.typed_command import typed_command
from grader.model.errors import Code, GraderError


def test_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command prints for machines, from a home of its own whatever the environment says."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "other"))
    home = tmp_path / "home"
    assert typed_command(home, ["theory", "list"]) == {"papers": []}
    assert not (tmp_path / "other").exists()


def test_an_error(tmp_path: Path) -> None:
    """A command that fails is named, with its exit code and what it said."""
    with pytest.raises(GraderError, match="grader submit nobody ended with exit code 2") as caught:
        typed_command(tmp_path, ["submit", "nobody"])
    assert caught.value.code is Code.JUDGING_FAILED
    assert "there is no attempt 'nobody'" in (caught.value.detail or "")
