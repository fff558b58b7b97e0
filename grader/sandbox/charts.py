"""Lays the Helm charts out as the studio's repository has them: each with its copy of the library chart."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.sandbox.services import services
from grader.sandbox.settings import data_folder

LIBRARY = "pivori-common"


def charts_folder() -> Path:
    """The charts as we keep them: fifteen, and the library that they share."""
    return data_folder("fixtures") / "charts"


def stage_charts(target: Path) -> None:
    """Copy every service's chart to `target/<service>`, complete with the library chart."""
    for service in services():
        shutil.copytree(charts_folder() / service, target / service)
        shutil.copytree(charts_folder() / LIBRARY, target / service / "charts" / LIBRARY)
