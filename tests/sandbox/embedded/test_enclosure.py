"""Who may come into an embedded workstation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from grader.sandbox.embedded import enclosure

_AS_A_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def test_another_user_is_told_so(tmp_path: Path) -> None:
    """Whoever did not start the sandbox reads a sentence, no traceback."""
    (tmp_path / "holder").write_text("1", encoding="utf-8")
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"holder": str(tmp_path / "holder")}), encoding="utf-8")
    ran = subprocess.run(
        [*_AS_A_USER, sys.executable, enclosure.__file__, "enter", str(spec), "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "this workstation is another user's: only who started the sandbox works at it"
    ]
