"""What the tests of the studio's own scripts share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio.doubles import DAY, NOON, SERVICES, Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """A studio of three services, whose cluster is played."""
    return Studio(tmp_path)


@pytest.fixture(scope="session")
def saved_once(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with one complete backup, to be copied and not to be touched."""
    saved = Studio(tmp_path_factory.mktemp("saved"))
    saved.at(NOON, "backup_complete")
    return saved


@pytest.fixture(scope="session")
def history_once(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """One with a complete backup at noon, a difference a day later, another complete one after two days."""
    saved = Studio(tmp_path_factory.mktemp("history"))
    for day, command in enumerate(("backup_complete", "backup_differential", "backup_complete")):
        if day:
            saved.store("audio", {"day": {"n": day}})
        saved.at(NOON + day * DAY, command)
    saved.store("audio", {"day": {"n": 3}})
    saved.objects(stopped=SERVICES)
    return saved
