"""The folder on this machine that holds the services' data, mounted into the node and the workstation."""

from __future__ import annotations

from pathlib import Path

from grader.sandbox.services import services


def make_data_folder(folder: Path) -> Path:
    """Make `folder/data` with a place for each service; the path of it."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    for service in services():
        place = data / service
        place.mkdir(exist_ok=True)
        # Pods write here as a user that this machine need not know; the folder around it is private.
        place.chmod(0o777)
    return data
