"""What the tests of sessions share."""

from __future__ import annotations

from pathlib import Path

import pytest

from .held import Held


@pytest.fixture
def held(tmp_path: Path) -> Held:
    """A session for two candidates that has just been started."""
    return Held(tmp_path)
