"""Takes programs out of the Debian tree together with every library that they load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.model.errors import Code
from grader.sandbox.image.layer import Member
from grader.sandbox.process import Commands

# Debian's merged /usr: the loader's and the libraries' fixed paths lead there.
MERGED_USR = [Member(name, target=f"usr/{name}") for name in ("bin", "lib", "lib64", "sbin")]


def with_libraries(tree: Path, names: Sequence[str], commands: Commands) -> list[Member]:
    """Members for files of the tree, and for the libraries that they are linked with.

    Args:
        tree: The Debian tree.
        names: Paths relative to it; what is linked dynamically brings its libraries.
        commands: Runs the tree's own `ldd`.
    """
    listing = commands.run(["chroot", tree, "ldd", *(f"/{name}" for name in names)])
    libraries: set[str] = set()
    for line in listing.text.splitlines():
        words = line.split()
        if "=>" in words and words[-2].startswith("/"):
            libraries.add(words[-2])
        elif words and words[0].startswith("/lib") and words[-1].startswith("("):
            libraries.add(words[0])
    return [_member(tree, f"/{name}", commands) for name in names] + [
        _member(tree, library, commands) for library in sorted(libraries)
    ]


def _member(tree: Path, path: str, commands: Commands) -> Member:
    # Links in the tree are absolute, so they are followed inside it, by its own root.
    real = commands.run(["chroot", tree, "readlink", "-f", path]).checked(Code.IMAGE_BUILD)
    source = tree / real.text.strip().lstrip("/")
    name = path.lstrip("/")
    if name.split("/")[0] in {"bin", "lib", "lib64", "sbin"}:
        name = f"usr/{name}"
    return Member(name, 0o755 if source.stat().st_mode & 0o100 else 0o644, source=source)
