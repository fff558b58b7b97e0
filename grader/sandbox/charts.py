"""Lays the Helm charts out as the studio's repository has them: each with its copy of the library chart."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from grader.sandbox.services import services
from grader.sandbox.settings import data_folder

LIBRARY = "pivori-common"
# Helm writes its files' times into a release's record: they must not tell one checkout from another.
_CHANGED_AT = 1_767_225_600  # 2026-01-01T00:00:00Z


def charts_folder() -> Path:
    """The charts as we keep them: fifteen, and the library that they share."""
    return data_folder("fixtures") / "charts"


def stage_charts(target: Path) -> None:
    """Copy every service's chart to `target/<service>`, complete with the library chart; equal whenever it is done."""
    for service in services():
        shutil.copytree(charts_folder() / service, target / service)
        shutil.copytree(charts_folder() / LIBRARY, target / service / "charts" / LIBRARY)
        for path in (target / service).rglob("*"):
            os.utime(path, (_CHANGED_AT, _CHANGED_AT))
