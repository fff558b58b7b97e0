"""A small scenario to be proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judging.proof.small import Small


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A scenario whose proof holds, to be bent."""
    return Small(tmp_path)
