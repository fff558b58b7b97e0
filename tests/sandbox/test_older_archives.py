"""What becomes of images by older recipes."""

from __future__ import annotations

import os
from pathlib import Path

from grader.sandbox.image.build import forget_older


def test_one_older_archive_is_kept(tmp_path: Path) -> None:
    """Of an image's older archives the last is kept; other images' are not touched."""
    names = [
        "grader-node-v1-a.tar",
        "grader-node-v1-b.tar",
        "grader-node-v1-c.tar",
        "grader-node-bare-v1-a.tar",
        "grader-workstation-a.tar",
    ]
    for age, name in enumerate(names):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))
    forget_older(tmp_path / "grader-node-v1-c.tar", "localhost/grader-node:v1-c")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
