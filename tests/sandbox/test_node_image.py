"""Which node image is taken: the named one, our own, the official one, or one made now."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.image import build, debian
from grader.sandbox.image.build import archive_path, debian_tree, ensure_image
from grader.sandbox.image.node import node_reference
from grader.sandbox.kind import node_image
from grader.sandbox.kind.node_image import (
    OFFICIAL,
    ImageReason,
    NodeImage,
    choose_node_image,
    reason_in_words,
)
from grader.sandbox.process import Commands
from grader.sandbox.settings import settings

from .programs import Programs

_NO_REGISTRY = "dial tcp: lookup registry-1.docker.io: no such host"


class _Store:
    """An engine's program with a store of images and perhaps a registry behind it."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.set()

    def set(
        self, *images: str, registry: tuple[str, ...] = (), pull_error: str = _NO_REGISTRY
    ) -> None:
        """Have these images in the store, and those in the registry."""
        here = "|".join(f"*' {name}'" for name in images) or "-"
        there = "|".join(f"'pull {name}'" for name in registry) or "-"
        self.programs.add(
            "podman",
            f'case "$*" in\n{there}) exit 0;;\n'
            f"pull*) echo '{pull_error}' >&2; exit 125;;\n"
            f"'image inspect'{here}) echo sha256:1; exit 0;;\n"
            "image*) echo 'image not known' >&2; exit 125;;\nesac\n",
        )

    @property
    def pulls(self) -> list[str]:
        """What was asked of registries."""
        return [call for call in self.programs.calls("podman") if call.startswith("pull ")]


@pytest.fixture
def store(programs: Programs) -> _Store:
    """An empty store, and no registry."""
    return _Store(programs)


@pytest.fixture
def engine(store: _Store) -> Engine:
    """The engine of that store."""
    return Engine("podman", store.programs.folder / "podman", "5.4.0")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The images that were made or loaded from our own archives, instead of doing it."""
    found: list[str] = []
    monkeypatch.setattr(
        node_image, "ensure_image", lambda _engine, reference, *_rest: found.append(reference)
    )
    return found


def _chosen(engine: Engine, notes: list[str] | None = None) -> NodeImage:
    return choose_node_image(engine, (notes if notes is not None else []).append, Commands())


def _set(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GRADER_{name}", value)
    settings.cache_clear()


def test_our_own_image_in_the_store(engine: Engine, store: _Store, made: list[str]) -> None:
    """An image made here before is taken at once, even where the official one is there too."""
    store.set(node_reference(), OFFICIAL)
    assert _chosen(engine) == NodeImage(node_reference(), own=True, reason=ImageReason.MADE_BEFORE)
    assert not made
    assert not store.pulls


def test_the_official_image_in_the_store(engine: Engine, store: _Store, made: list[str]) -> None:
    """The official image that was pulled before is taken; it has no stub services and its own network."""
    store.set(OFFICIAL)
    assert _chosen(engine) == NodeImage(OFFICIAL, own=False, reason=ImageReason.PULLED_BEFORE)
    assert not made


def test_the_official_image_is_pulled(engine: Engine, store: _Store, made: list[str]) -> None:
    """Where a registry answers, the official image is pulled by its digest."""
    store.set(registry=(OFFICIAL,))
    assert _chosen(engine) == NodeImage(OFFICIAL, own=False, reason=ImageReason.PULLED)
    assert store.pulls == [f"pull {OFFICIAL}"]
    assert "@sha256:" in OFFICIAL
    assert not made


def test_without_a_registry_it_is_made(engine: Engine, made: list[str]) -> None:
    """Where no registry answers our own image is made, and progress says so."""
    notes: list[str] = []
    chosen = _chosen(engine, notes)
    assert (chosen.reference, chosen.own) == (node_reference(), True)
    assert made == [node_reference()]
    assert notes[-1] == "no registry can be reached: making the node image here"


def test_an_archive_is_preferred_to_a_pull(engine: Engine, store: _Store, made: list[str]) -> None:
    """Where our image only has to be loaded no registry is asked."""
    archive = archive_path(node_reference())
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"image")
    assert _chosen(engine).own
    assert made == [node_reference()]
    assert not store.pulls


def test_offline_nothing_is_pulled(
    engine: Engine, store: _Store, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With GRADER_OFFLINE no registry is asked."""
    _set(monkeypatch, "OFFLINE", "1")
    assert _chosen(engine).own
    assert made
    assert not store.pulls


def test_no_image_and_no_registry(
    engine: Engine, store: _Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no image, no registry and no way to make one, the error says all three and what to type."""

    def refuse(*_words: object) -> None:
        raise GraderError(Code.IMAGE_BUILD, "making it needs root", hint="sudo grader image build")

    monkeypatch.setattr(node_image, "ensure_image", refuse)
    with pytest.raises(GraderError) as caught:
        _chosen(engine)
    error = caught.value
    assert store.pulls
    assert error.code is Code.IMAGE_MISSING
    assert "no registry" in error.what
    assert "making it needs root" in error.what
    assert error.hint == "sudo grader image build"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("write /var/tmp/x: no space left on device", Code.DISK_FULL),
        ("Cannot connect to the Docker daemon", Code.ENGINE_STOPPED),
    ],
)
def test_a_pull_that_fails_for_another_reason(
    said: str, code: Code, engine: Engine, store: _Store, made: list[str]
) -> None:
    """A full disk or a stopped engine is not taken for an absent registry: nothing is built for minutes."""
    store.set(pull_error=said)
    with pytest.raises(GraderError) as caught:
        _chosen(engine)
    assert caught.value.code is code
    assert not made


def test_a_named_image_in_the_store(
    engine: Engine, store: _Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image of GRADER_NODE_IMAGE counts more than every other."""
    store.set("mine:1", node_reference())
    _set(monkeypatch, "NODE_IMAGE", "mine:1")
    chosen = _chosen(engine)
    assert chosen == NodeImage("mine:1", own=False, reason=ImageReason.NAMED)
    assert not store.pulls


def test_a_named_image_is_pulled(
    engine: Engine, store: _Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A named image that is not here is pulled."""
    store.set(registry=("mine:1",))
    _set(monkeypatch, "NODE_IMAGE", "mine:1")
    assert _chosen(engine).reference == "mine:1"
    assert store.pulls == ["pull mine:1"]


@pytest.mark.parametrize("offline", ["0", "1"])
def test_a_named_image_that_is_nowhere(
    offline: str, engine: Engine, store: _Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A named image that is neither here nor to be had is an error, and nothing else is taken instead."""
    store.set(OFFICIAL)
    _set(monkeypatch, "NODE_IMAGE", "mine:1")
    _set(monkeypatch, "OFFLINE", offline)
    with pytest.raises(GraderError) as caught:
        _chosen(engine)
    assert caught.value.code is Code.IMAGE_MISSING
    assert caught.value.where == "mine:1"
    assert "GRADER_NODE_IMAGE" in (caught.value.hint or "")
    assert bool(store.pulls) == (offline == "0")


def test_an_image_of_ours_is_loaded_from_its_archive(engine: Engine, store: _Store) -> None:
    """An archive in the cache is loaded, not made again; an image in the store not even that."""
    archive = archive_path(node_reference())
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"image")
    ensure_image(engine, node_reference(), lambda _text: None, Commands())
    assert store.programs.calls("podman")[-1] == "load"
    store.set(node_reference())
    ensure_image(engine, node_reference(), lambda _text: None, Commands())
    assert store.programs.calls("podman")[-1].startswith("image inspect")


def test_too_little_space_is_seen_before_the_work(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making images does not begin on a disk that can't hold them."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1 << 30))
    with pytest.raises(GraderError) as caught:
        ensure_image(engine, node_reference(), lambda _text: None, Commands())
    assert caught.value.code is Code.DISK_FULL
    assert "GRADER_CACHE" in (caught.value.hint or "")


def test_a_disk_that_fills_during_the_work(
    engine: Engine, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packages that do not fit any more are the error for a full disk, and no archive is left."""

    def full(*_words: object) -> None:
        raise GraderError(
            Code.IMAGE_BUILD, "packages", detail="dpkg: error: No space left on device"
        )

    monkeypatch.setattr(build, "_LEAST_FREE_BYTES", 0)
    monkeypatch.setattr(debian, "make_tree", full)
    with pytest.raises(GraderError) as caught:
        ensure_image(engine, node_reference(), lambda _text: None, Commands())
    assert caught.value.code is Code.DISK_FULL
    assert not list(cache.rglob("*.tar"))


def test_offline_no_packages_are_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """With GRADER_OFFLINE images are not made from packages that would have to be fetched."""
    _set(monkeypatch, "OFFLINE", "1")
    with pytest.raises(GraderError) as caught:
        debian_tree(lambda _text: None, Commands())
    assert caught.value.code is Code.IMAGE_MISSING
    assert "grader image build" in (caught.value.hint or "")


@pytest.mark.parametrize("reason", ImageReason)
def test_reasons_in_both_languages(reason: ImageReason) -> None:
    """Whatever the reason for an image, a French report says it in French; a record's unknown words stay."""
    words = reason_in_words(reason.value)
    assert words.en == reason
    assert words.fr not in {"", words.en}
    assert reason_in_words("for another reason").fr == "for another reason"
