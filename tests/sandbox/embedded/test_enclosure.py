"""Who may come into an embedded workstation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader.sandbox.embedded import enter

_AS_A_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def test_another_user_is_told_so(tmp_path: Path) -> None:
    """Whoever did not start the sandbox reads a sentence, no traceback."""
    holder = tmp_path / "holder"
    holder.write_text("1", encoding="utf-8")
    ran = subprocess.run(
        [*_AS_A_USER, sys.executable, enter.__file__, str(holder), "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "this workstation is another user's: only who started the sandbox works at it"
    ]


def test_a_place_that_is_gone_is_told_so(tmp_path: Path) -> None:
    """Whoever types where nothing holds the place any more reads a sentence too."""
    ran = subprocess.run(
        [sys.executable, enter.__file__, str(tmp_path / "holder"), "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "the workstation is not there\n")
