"""The studio's scripts are clean, and short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.studio.doubles import SCRIPTS

FILES = sorted(SCRIPTS.rglob("*.sh"))


def test_shellcheck_finds_nothing() -> None:
    """Not even a remark."""
    shellcheck = Path(sys.executable).parent / "shellcheck"
    done = subprocess.run(
        [shellcheck, "--external-sources", *FILES], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_is_short(file: Path) -> None:
    """A candidate under time pressure can read it."""
    assert len(file.read_text("utf-8").splitlines()) < 200
