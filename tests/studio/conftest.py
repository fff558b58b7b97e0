"""What the tests of the studio's own scripts share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio.doubles import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """A studio of three services, whose cluster is played."""
    return Studio(tmp_path)
