"""The state of a sandbox is packed and laid out for another one, with nothing of the first one's own in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.seed_archive import lay_out, pack, running_containers

_ZEROS = 3 << 20


def _sandbox(folder: Path) -> Places:
    """Files as a sandbox has them."""
    places = Places(folder)
    for path in (places.etcd / "member", places.node / "kubelet/pods/p", places.node / "files"):
        path.mkdir(parents=True)
    (places.etcd / "member/db").write_bytes(b"objects\0\0more" + bytes(_ZEROS))
    (places.node / "kubelet/pods/p/etc-hosts").write_text("10.244.0.2 p\n")
    (places.node / "kubelet/pods/p/link").symlink_to("etc-hosts")
    runtime = {
        "sandboxes": [],
        "containers": [
            {"id": "aa", "state": 1, "config": {"mounts": [{"host_path": f"{folder}/data/a"}]}},
            {
                "id": "bb",
                "state": 2,
                "config": {},
                "log": str(places.node_by_name / "logs/b/0.log"),
            },
        ],
    }
    (places.node / "runtime.json").write_text(json.dumps(runtime))
    (places.data / "a").mkdir(parents=True)
    (places.data / "a").chmod(0o777)
    (places.data / "a/store.json").write_text("{}")
    (places.data / "a/store.json").chmod(0o640)
    places.certificates.mkdir()
    (places.certificates / "ca.key").write_text("-----BEGIN PRIVATE KEY-----")
    (places.node / "logs").mkdir()
    (places.node / "logs/0.log").write_text("started")
    return places


@pytest.mark.parametrize("deep", ["", "d" * 70])
def test_what_is_packed_is_laid_out_elsewhere(tmp_path: Path, deep: str) -> None:
    """Files come with content, size and rights, and paths in the runtime's memory are the new sandbox's."""
    with TemporaryDirectory() as short:
        content = pack(_sandbox(Path(short) / "one"))
    other = Places(tmp_path / deep / "other")
    lay_out(content, other)
    assert (other.etcd / "member/db").read_bytes() == b"objects\0\0more" + bytes(_ZEROS)
    assert len(content) < _ZEROS
    assert (other.node / "kubelet/pods/p/link").read_text() == "10.244.0.2 p\n"
    assert (other.data / "a").stat().st_mode & 0o777 == 0o777
    assert (other.data / "a/store.json").stat().st_mode & 0o777 == 0o640
    runtime = json.loads((other.node / "runtime.json").read_text())
    assert runtime["containers"][0]["config"]["mounts"][0]["host_path"] == f"{other.data}/a"
    assert runtime["containers"][1]["log"] == str(other.node_by_name / "logs/b/0.log")


@pytest.mark.parametrize("known", [True, False])
def test_room_that_is_only_reserved_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    """A log that its writer reserved room for, with a hole in it: whole, with its size, whatever its file system tells."""
    if not known:
        monkeypatch.setattr(os, "SEEK_DATA", -1)
    places = _sandbox(tmp_path / "one")
    log = places.etcd / "member/0.wal"
    with log.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, _ZEROS)
        file.write(b"first")
        file.seek(2 << 20)
        file.write(b"second")
    other = Places(tmp_path / "other")
    content = pack(places)
    lay_out(content, other)
    assert (other.etcd / "member/0.wal").read_bytes() == log.read_bytes()
    assert len(content) < _ZEROS


def test_nothing_of_the_sandbox_itself_is_packed(tmp_path: Path) -> None:
    """Neither keys, nor logs, nor the path of the sandbox that it was taken from."""
    content = pack(_sandbox(tmp_path / "one"))
    assert b"PRIVATE KEY" not in content
    assert b"started" not in content
    assert str(tmp_path).encode() not in content
    assert str(Places(tmp_path / "one").sockets).encode() not in content


def test_a_longer_path_is_another_path(tmp_path: Path) -> None:
    """A folder whose name begins as the sandbox's is none of its own."""
    places = _sandbox(tmp_path / "one")
    runtime = {"containers": [], "sandboxes": [{"path": f"{places.folder}-twin/data"}]}
    (places.node / "runtime.json").write_text(json.dumps(runtime))
    lay_out(pack(places), other := Places(tmp_path / "other"))
    kept = json.loads((other.node / "runtime.json").read_text())
    assert kept["sandboxes"][0]["path"] == f"{places.folder}-twin/data"


def test_the_running_containers_are_told(tmp_path: Path) -> None:
    """Of the containers those count that ran."""
    assert running_containers(pack(_sandbox(tmp_path / "one"))) == {"aa"}
