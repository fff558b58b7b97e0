"""The product on a machine that has no container engine, for a user who is not root."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import ClassVar

from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.workstation import FolderWorkstation
from tests.e2e.product import CommandLine

# Another user than root, with none of root's rights, who may still read this checkout wherever it lies.
AS_A_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


class Bare(CommandLine):
    """`grader` on a machine that has no container engine, as another user than root."""

    before: ClassVar[tuple[str, ...]] = AS_A_USER

    def programs(self) -> dict[int, str]:
        """Every process of any of its sandboxes, by number: the words that it was started with."""
        mark = f"GRADER_EMBEDDED={self.home}/".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if mark in (entry / "environ").read_bytes():
                        words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                        if words:
                            found[int(entry.name)] = words
                except OSError:
                    continue
        return found

    def at_workstation(self, attempt: str, typed: str) -> str:
        """What a script prints that a candidate types."""
        place = FolderWorkstation(Places(self.home / "attempts" / attempt))
        return place.run(typed).stdout

    def leftovers(self) -> list[str]:
        """What is left of all its sandboxes."""
        folders = [str(path) for path in (self.home / "attempts").glob("*")]
        return [*self.programs().values(), *folders]


def bare_product(folder: Path) -> Bare:
    """The product with its home in a folder, and with this machine's tools at hand but neither Docker nor Podman."""
    programs = folder / "bin"
    programs.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if not program.name.startswith(("docker", "podman")):
                (programs / program.name).unlink(missing_ok=True)
                (programs / program.name).symlink_to(program)
    assert shutil.which("podman", path=str(programs)) is None
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"GRADER_ENGINE", "DOCKER_HOST", "CONTAINER_HOST"}
    }
    home = str(folder / "home")
    return Bare(folder / "home", {**kept, "PATH": str(programs), "GRADER_HOME": home})
