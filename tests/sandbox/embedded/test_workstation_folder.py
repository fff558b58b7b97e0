"""What a candidate finds in the workstation's folder, by what this machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.sandbox.embedded import workstation_files
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.workstation import FolderWorkstation
from grader.sandbox.embedded.workstation_files import fill, make_data_mount, make_places


@pytest.mark.parametrize(
    ("there", "opened"), [(["nano", "vim", "vi"], "nano"), (["vi", "vim"], "vim"), (["vi"], "vi")]
)
def test_the_editor_is_one_that_this_machine_has(
    there: list[str], opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kubectl edit` opens nano as at the other workstation, or what there is in its place."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in there:
        (programs / name).touch(0o755)
    monkeypatch.setattr(workstation_files, "SYSTEM_PATH", str(programs))
    places = Places(tmp_path / "attempt")
    make_places(places)
    make_data_mount(places)
    fill(places, {}, enclosed=True)
    place = FolderWorkstation(places)
    # Not enclosed here, so that any machine can read its settings.
    assert place.run(". ~/.bashrc; echo $EDITOR").stdout == f"{opened}\n"


def test_scripts_are_told_where_the_folders_lie_only_where_they_do_not_see_them(
    tmp_path: Path,
) -> None:
    """An answer that names a folder by a variable which the other workstation does not have must not pass here."""
    places = Places(tmp_path)
    make_places(places)
    asks = "echo $STUDIO_HOME$BACKUP_DIR$ARCHIVE_DIR$LOG_DIR"
    assert FolderWorkstation(places).run(asks).stdout.count(str(tmp_path)) == 4
    places.enclosure.parent.mkdir(parents=True, exist_ok=True)
    places.enclosure.touch()
    assert not {"STUDIO_HOME", "BACKUP_DIR"} & FolderWorkstation(places)._environment().keys()
