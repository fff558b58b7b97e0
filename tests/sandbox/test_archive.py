"""Image archives that every engine reads."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.image.archive import Image, write_archive
from grader.sandbox.image.layer import Layer, Member, write_members


def _images(folder: Path) -> list[Image]:
    base = write_members(folder / "base.tar", [Member("base", 0o644, content=b"base" * 500)])
    program = write_members(folder / "program.tar", [Member("program", content=b"program")])
    return [
        Image(
            "registry.example/one:1",
            [base, program],
            entrypoint=["/program"],
            command=["--flag"],
            environment={"B": "2", "A": "1"},
            user="1000:1000",
            folder="/work",
            stop_signal="SIGRTMIN+3",
            labels={"made": "here"},
        ),
        Image("registry.example/two:2", [base]),
        Image("registry.example/copy:3", [base]),
    ]


def _contents(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        names = tar.getnames()
        assert len(set(names)) == len(names), "a blob is there twice"
        found = {}
        for name in names:
            stream = tar.extractfile(name)
            assert stream is not None
            found[name] = stream.read()
        return found


@pytest.fixture
def contents(tmp_path: Path) -> dict[str, bytes]:
    """What is in an archive of three images."""
    write_archive(tmp_path / "archive.tar", _images(tmp_path))
    return _contents(tmp_path / "archive.tar")


def _blob(contents: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    content = contents["blobs/" + descriptor["digest"].replace(":", "/")]
    assert len(content) == descriptor.get("size", len(content))
    return content


def test_the_same_images_give_the_same_bytes(tmp_path: Path) -> None:
    """An archive made again, elsewhere and later, is the same file."""
    made = []
    for place in ("one", "two"):
        folder = tmp_path / place
        folder.mkdir()
        write_archive(folder / "archive.tar", _images(folder))
        made.append((folder / "archive.tar").read_bytes())
    assert made[0] == made[1]


def test_every_blob_is_what_its_name_says(contents: dict[str, bytes]) -> None:
    """A blob's name is its content's SHA-256."""
    blobs = {name: data for name, data in contents.items() if name.startswith("blobs/")}
    assert blobs
    for name, data in blobs.items():
        assert name == f"blobs/sha256/{hashlib.sha256(data).hexdigest()}"


def test_shared_layers_are_there_once(contents: dict[str, bytes]) -> None:
    """Images on one layer share it: three images of two layers bring two layers."""
    layers = [name for name, data in contents.items() if b"ustar" in data[:512]]
    assert len(layers) == 2


def test_both_indexes_name_the_same_images(contents: dict[str, bytes]) -> None:
    """Engines that read OCI's index and those that read Docker's manifest find the same, in every part."""
    index = json.loads(contents["index.json"])
    docker = json.loads(contents["manifest.json"])
    assert json.loads(contents["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    assert len(index["manifests"]) == len(docker) == 3
    for descriptor, entry in zip(index["manifests"], docker, strict=True):
        names = set(descriptor["annotations"].values())
        assert names == set(entry["RepoTags"])
        manifest = json.loads(_blob(contents, descriptor))
        layers = ["blobs/" + part["digest"].replace(":", "/") for part in manifest["layers"]]
        assert layers == entry["Layers"]
        for part in manifest["layers"]:
            _blob(contents, part)
        assert entry["Config"] == "blobs/" + manifest["config"]["digest"].replace(":", "/")
        config = json.loads(_blob(contents, manifest["config"]))
        assert config["rootfs"]["diff_ids"] == [part["digest"] for part in manifest["layers"]]
        assert len(config["history"]) == len(manifest["layers"])


def test_an_images_settings(contents: dict[str, bytes]) -> None:
    """What an image runs, as whom, where and with what is in its configuration."""
    entry = json.loads(contents["manifest.json"])[0]
    config = json.loads(contents[entry["Config"]])
    assert config["config"] == {
        "Entrypoint": ["/program"],
        "Cmd": ["--flag"],
        "Env": ["A=1", "B=2"],
        "User": "1000:1000",
        "WorkingDir": "/work",
        "StopSignal": "SIGRTMIN+3",
        "Labels": {"made": "here"},
    }
    assert config["os"] == "linux"


def test_unset_settings_are_left_out(contents: dict[str, bytes]) -> None:
    """An image that says nothing about a setting has none, so the engine's own default counts."""
    entry = json.loads(contents["manifest.json"])[1]
    assert json.loads(contents[entry["Config"]])["config"] == {"WorkingDir": "/"}


def test_a_broken_write_leaves_no_archive(tmp_path: Path) -> None:
    """Where a layer can't be read the archive does not appear, and an older one stays."""
    path = tmp_path / "archive.tar"
    path.write_bytes(b"older")
    missing = Layer(tmp_path / "nowhere.tar", "sha256:00")
    with pytest.raises(FileNotFoundError):
        write_archive(path, [Image("x:1", [missing])])
    assert path.read_bytes() == b"older"
