"""Lays the Helm charts out as the studio's repository has them: each with its copy of the library chart."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from grader.sandbox.services import services
from grader.sandbox.settings import data_folder

LIBRARY = "pivori-common"
# Helm writes its files' times into a release's record: they must not tell one checkout from another.
_CHANGED_AT = 1_767_225_600  # 2026-01-01T00:00:00Z
_FOLDER = 0o755


def charts_folder() -> Path:
    """The charts as we keep them: fifteen, and the library that they share."""
    return data_folder("fixtures") / "charts"


def stage_charts(target: Path) -> None:
    """Write every service's chart to `target/<service>`, complete with the library chart; equal whenever it is done.

    Args:
        target: A folder that has none of them yet.

    Raises:
        OSError: They can't be written, or one is there.
    """
    staged = _staged(charts_folder())
    for entry in staged:
        path = target / entry.path
        if entry.content is None:
            path.mkdir(parents=True, mode=_FOLDER)
            path.chmod(_FOLDER)
            continue
        with path.open("xb") as file:
            file.write(entry.content)
            file.flush()
            os.fchmod(file.fileno(), entry.mode)
            os.utime(file.fileno(), (_CHANGED_AT, _CHANGED_AT))
    for entry in staged:
        if entry.content is None:
            # Only now is nothing written into it any more.
            os.utime(target / entry.path, (_CHANGED_AT, _CHANGED_AT))


class _Entry(NamedTuple):
    """A file or a folder of a chart.

    Attributes:
        path: Below the folder of all charts.
        content: None for a folder.
    """

    path: str
    mode: int
    content: bytes | None


@cache
def _staged(charts: Path) -> Sequence[_Entry]:
    """All that is to be written, folders before what is in them; read once, as a proof lays them out hundreds of times."""
    entries: list[_Entry] = []
    for service in services():
        entries += _entries(charts / service, service)
        below = f"{service}/charts"
        if all(entry.path != below for entry in entries):
            entries.append(_Entry(below, _FOLDER, None))
        entries += _entries(charts / LIBRARY, f"{below}/{LIBRARY}")
    return entries


def _entries(folder: Path, name: str) -> Iterator[_Entry]:
    yield _Entry(name, _FOLDER, None)
    for path in sorted(folder.rglob("*")):
        place = f"{name}/{path.relative_to(folder).as_posix()}"
        if path.is_dir():
            yield _Entry(place, _FOLDER, None)
        else:
            yield _Entry(place, path.stat().st_mode & 0o777, path.read_bytes())
