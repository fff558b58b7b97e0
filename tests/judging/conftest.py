"""A scenario's folder to be bent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judging.folder import ScenarioFolder


@pytest.fixture
def scenario_folder(tmp_path: Path) -> ScenarioFolder:
    """A small valid scenario in a folder of its own."""
    return ScenarioFolder.make(tmp_path / "scenarios" / "small")
