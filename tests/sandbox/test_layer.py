"""Layers: tar files whose bytes depend on their content alone."""

from __future__ import annotations

import hashlib
import os
import socket
import string
import tarfile
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.image.layer import Member, finished, members_below, write_members, write_tree

_names = st.text(string.ascii_letters + string.digits + "._-é", min_size=1, max_size=12).filter(
    lambda name: name not in {".", ".."}
)
_paths = st.lists(_names, min_size=1, max_size=3).map("/".join)
_members = st.builds(
    lambda name, mode, owner, content, target: Member(
        name, mode, content=content, target=target, owner=owner
    ),
    _paths,
    st.sampled_from([0o644, 0o755, 0o1777]),
    st.sampled_from([0, 1000]),
    st.one_of(st.none(), st.binary(max_size=100)),
    st.one_of(st.none(), _paths),
)


@given(st.lists(_members, max_size=8, unique_by=lambda member: member.name), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_and_the_place_do_not_show(members: list[Member], random: object) -> None:
    """The same members in any order, written at any place, give the same bytes and so the same digest."""
    shuffled = list(members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        one = write_members(Path(folder) / "one.tar", members)
        other = write_members(Path(folder) / "two.tar", shuffled)
        assert one.path.read_bytes() == other.path.read_bytes()
        assert one.digest == other.digest
        written = hashlib.sha256(one.path.read_bytes()).hexdigest()
        assert one.digest == f"sha256:{written}"


@given(st.lists(_members, max_size=8, unique_by=lambda member: member.name))
@settings(max_examples=40, deadline=None)
def test_members_come_back_as_they_were_given(members: list[Member]) -> None:
    """Files, links and folders are read back with their content, mode and owner, and no time."""
    with tempfile.TemporaryDirectory() as folder:
        layer = write_members(Path(folder) / "layer.tar", members)
        with tarfile.open(layer.path) as tar:
            found = {info.name: info for info in tar}
            assert set(found) == {member.name for member in members}
            for member in members:
                info = found[member.name]
                assert (info.mode, info.uid, info.gid) == (
                    member.mode,
                    member.owner,
                    member.owner,
                )
                assert (info.mtime, info.uname, info.gname) == (0, "", "")
                if member.target is not None:
                    assert info.issym()
                    assert info.linkname == member.target
                elif member.content is not None:
                    stream = tar.extractfile(info)
                    assert stream is not None
                    assert stream.read() == member.content
                else:
                    assert info.isdir()


def test_parents_come_before_children(tmp_path: Path) -> None:
    """A folder's own entry precedes what is in it, also where a sibling's name sorts between."""
    members = [Member("a/b", content=b""), Member("a-b", content=b""), Member("a")]
    with tarfile.open(write_members(tmp_path / "layer.tar", members).path) as tar:
        assert tar.getnames() == ["a", "a/b", "a-b"]


def test_a_source_keeps_no_time_and_no_owner_of_this_machine(tmp_path: Path) -> None:
    """A file is taken with the mode that the member says, whenever and by whomever it was made."""
    source = tmp_path / "source"
    source.write_bytes(b"content")
    one = write_members(tmp_path / "one.tar", [Member("file", 0o644, source=source)])
    os.utime(source, (1, 1))
    source.chmod(0o600)
    other = write_members(tmp_path / "two.tar", [Member("file", 0o644, source=source)])
    assert one.digest == other.digest


def _tree(root: Path) -> Path:
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "hosts").write_bytes(b"127.0.0.1 localhost\n")
    (root / "etc" / "link").symlink_to("hosts")
    os.link(root / "etc" / "hosts", root / "etc" / "same")
    (root / "tmp").mkdir()
    (root / "tmp" / "rest").write_bytes(b"x")
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "run").write_bytes(b"#!")
    (root / "usr" / "bin" / "run").chmod(0o4755)
    return root


def test_a_tree_is_the_same_wherever_and_whenever_it_was_made(tmp_path: Path) -> None:
    """Two trees of the same content give one layer, byte for byte."""
    one = _tree(tmp_path / "first")
    other = _tree(tmp_path / "second" / "deep")
    os.utime(other / "etc" / "hosts", (1, 1))
    first = write_tree(tmp_path / "one.tar", one)
    second = write_tree(tmp_path / "two.tar", other)
    assert first.path.read_bytes() == second.path.read_bytes()


def test_a_tree_keeps_modes_and_links(tmp_path: Path) -> None:
    """Special modes, symbolic links and hard links of a tree are in its layer."""
    layer = write_tree(tmp_path / "layer.tar", _tree(tmp_path / "tree"))
    with tarfile.open(layer.path) as tar:
        assert tar.getmember("usr/bin/run").mode == 0o4755
        assert tar.getmember("etc/link").linkname == "hosts"
        assert tar.getmember("etc/same").linkname == "etc/hosts"
        assert tar.getmember("etc/same").islnk()


def test_what_is_left_out_takes_all_below_with_it(tmp_path: Path) -> None:
    """A folder that is left out is not in the layer, and nothing below it is."""
    tree = _tree(tmp_path / "tree")
    layer = write_tree(tmp_path / "layer.tar", tree, lambda name: name == "tmp")
    with tarfile.open(layer.path) as tar:
        assert not [name for name in tar.getnames() if name.startswith("tmp")]
        assert "etc/hosts" in tar.getnames()


def test_sockets_are_passed_over(tmp_path: Path) -> None:
    """A socket that a daemon left in a tree does not stop the layer."""
    tree = _tree(tmp_path / "tree")
    # A socket's path may have 108 bytes at most; this folder's may be longer.
    here = os.open(tree, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(f"/proc/self/fd/{here}/left.sock")
    finally:
        os.close(here)
    with tarfile.open(write_tree(tmp_path / "layer.tar", tree).path) as tar:
        assert "left.sock" not in tar.getnames()


def test_members_below_a_folder(tmp_path: Path) -> None:
    """Files are members under a prefix: runnable for all if their owner may run them, else plain."""
    tree = _tree(tmp_path / "tree")
    found = {member.name: member for member in members_below(tree, "/app/")}
    assert found["app/usr/bin/run"].mode == 0o755
    assert found["app/etc/hosts"].mode == 0o644
    assert found["app/etc"].source is None


def test_a_finished_tar_is_a_layer(tmp_path: Path) -> None:
    """A tar file that is there already is named by its own digest."""
    path = tmp_path / "x.tar"
    path.write_bytes(b"abc")
    assert finished(path).digest == f"sha256:{hashlib.sha256(b'abc').hexdigest()}"
