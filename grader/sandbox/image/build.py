"""Brings the images that a sandbox needs into an engine: from its store, an archive in the cache, or made now."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import find_engine
from grader.sandbox.faults import faults_named
from grader.sandbox.image import debian, recipe
from grader.sandbox.image.archive import write_archive
from grader.sandbox.image.layer import Layer, write_tree
from grader.sandbox.image.node import node_image, node_reference
from grader.sandbox.image.stub import stub_digest, write_stub_archive
from grader.sandbox.image.workstation import workstation_image, workstation_reference
from grader.sandbox.process import Commands
from grader.sandbox.settings import data_folder, settings

_LEAST_FREE_BYTES = 6 << 30
_OLDER_KEPT = 1


def build_images(log: PhaseLog, *, force: bool = False) -> list[str]:
    """Make every image and load it into the engine; the references of those that are there now."""
    engine = find_engine()
    references = [node_reference(), workstation_reference()]
    if force:
        for reference in references:
            archive_path(reference).unlink(missing_ok=True)
    for name, reference in zip(("node image", "workstation image"), references, strict=True):
        with log.phase(name) as note:
            ensure_image(engine, reference, note, Commands(), force=force)
    return references


def ensure_image(
    engine: Engine,
    reference: str,
    note: Callable[[str], None],
    commands: Commands,
    *,
    force: bool = False,
) -> None:
    """Have one of our images in the engine's store."""
    if not force and engine.image_exists(reference):
        return
    archive = archive_path(reference)
    with _lock(), faults_named():
        if not archive.exists():
            _build(reference, archive, note, commands)
    note("loading it into the engine")
    engine.load(archive, commands=commands)


def stub_archive(
    note: Callable[[str], None], commands: Commands, *, stable_only: bool = False
) -> Path:
    """The archive of the stub images, for a node image that does not have them."""
    name = f"stub-stable-{stub_digest()}" if stable_only else f"stub-{stub_digest()}"
    archive = settings().cache / "images" / f"{name}.tar"
    with _lock(), faults_named():
        if not archive.exists():
            archive.parent.mkdir(parents=True, exist_ok=True)
            note("putting the stub services together")
            with _scratch() as scratch:
                tree = debian_tree(note, commands)
                write_stub_archive(archive, scratch, tree, commands, stable_only=stable_only)
    return archive


def forget_older(archive: Path, reference: str) -> None:
    """Remove archives of the same image by older recipes, all but the last: each is most of a gigabyte."""
    repository = reference.rsplit("/", 1)[-1].partition(":")[0]
    older = [
        path
        for path in archive.parent.glob(f"{repository}-*.tar")
        # A longer repository's archives begin with the same words.
        if path != archive and not path.name.startswith(f"{repository}-bare-")
    ]
    older.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in older[_OLDER_KEPT:]:
        path.unlink(missing_ok=True)


def archive_path(reference: str) -> Path:
    """Where an image's archive is kept."""
    name = reference.rsplit("/", 1)[-1].replace(":", "-")
    return settings().cache / "images" / f"{name}.tar"


def debian_tree(note: Callable[[str], None], commands: Commands) -> Path:
    """The Debian tree, made if it is not in the cache."""
    packages = data_folder("fixtures") / "images" / "packages.txt"
    tree = settings().cache / "images" / f"debian-{recipe.digest([packages], [], [])}"
    if not tree.exists():
        if settings().offline:
            raise GraderError(
                Code.IMAGE_MISSING,
                "the images are not on this machine and GRADER_OFFLINE is set",
                where=str(tree.parent),
                hint="run `grader image build` once with a network",
            )
        tree.parent.mkdir(parents=True, exist_ok=True)
        debian.make_tree(tree, note, commands)
    return tree


def _build(reference: str, archive: Path, note: Callable[[str], None], commands: Commands) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    _require_space(archive.parent)
    tree = debian_tree(note, commands)
    with _scratch() as scratch:
        base = _base_layer(scratch, tree)
        if reference == workstation_reference():
            image = workstation_image(scratch, tree, base, note, commands)
        else:
            stubs = scratch / "stub.tar"
            if reference == node_reference():
                note("putting the stub services together")
                write_stub_archive(stubs, scratch, tree, commands)
                image = node_image(scratch, tree, base, [stubs], note, commands)
            else:
                image = node_image(scratch, tree, base, [], note, commands)
        note("writing the image")
        write_archive(archive, [image])
    forget_older(archive, reference)


def _base_layer(scratch: Path, tree: Path) -> Layer:
    return write_tree(scratch / "base.tar", tree, debian.left_out)


@contextmanager
def _scratch() -> Iterator[Path]:
    # Beside the cache: /tmp may be small, or in memory.
    parent = settings().cache / "images"
    made = Path(tempfile.mkdtemp(prefix=".scratch-", dir=parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _lock() -> Iterator[None]:
    folder = settings().cache / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE_BYTES:
        raise GraderError(
            Code.DISK_FULL,
            f"making the images needs {_LEAST_FREE_BYTES >> 30} GiB of free space, there are {free >> 30}",
            where=str(folder),
            hint="free some space, or name another folder in GRADER_CACHE",
        )
