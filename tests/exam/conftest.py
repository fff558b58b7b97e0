"""What the tests of attempts share."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exam.surroundings import Surroundings

from .fakes import fake_surroundings


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """Surroundings without a cluster, in a folder of their own."""
    return fake_surroundings(tmp_path)
