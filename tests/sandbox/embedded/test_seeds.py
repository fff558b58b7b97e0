"""A seed in the cache is whole or not taken, and named after all that it was made from."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from grader.sandbox.embedded import seeds
from grader.sandbox.embedded.seeds import drop_seed, keep_seed, load_seed, seed_path

_SERVICES = ("audio", "game")
_CONTENT = b"the state of a sandbox"


def test_what_was_kept_is_loaded() -> None:
    """A seed is for its set of services, in whatever order they are named."""
    assert load_seed(_SERVICES) is None
    assert keep_seed(_SERVICES, _CONTENT)
    assert load_seed(("game", "audio")) == _CONTENT
    assert load_seed(("audio",)) is None
    drop_seed(_SERVICES)
    assert load_seed(_SERVICES) is None


def test_only_this_user_reads_it() -> None:
    """The state of a cluster is nobody else's affair."""
    keep_seed(_SERVICES, _CONTENT)
    assert seed_path(_SERVICES).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
def test_a_damaged_seed_is_thrown_away(damage: str) -> None:
    """Whatever became of it, it is not used, and can be made again."""
    keep_seed(_SERVICES, _CONTENT)
    path = seed_path(_SERVICES)
    content = path.read_bytes()
    path.write_bytes({"cut": content[:-1], "changed": content[:-1] + b"!", "empty": b""}[damage])
    assert load_seed(_SERVICES) is None
    assert not path.exists()
    assert keep_seed(_SERVICES, _CONTENT)
    assert load_seed(_SERVICES) == _CONTENT


def test_half_a_seed_is_nobodys() -> None:
    """What a killed grader had begun to write is never taken, and goes with the next seed."""
    path = seed_path(_SERVICES)
    path.parent.mkdir(parents=True)
    half = path.with_suffix(".0123abcd.partial")
    half.write_bytes(b"half")
    assert load_seed(_SERVICES) is None
    keep_seed(_SERVICES, _CONTENT)
    assert not half.exists()


def test_two_graders_make_one_seed() -> None:
    """While one writes it, the other does not wait for it and writes nothing."""
    path = seed_path(_SERVICES)
    path.parent.mkdir(parents=True)
    with path.with_suffix(".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert not keep_seed(_SERVICES, _CONTENT)
    assert load_seed(_SERVICES) is None
    assert keep_seed(_SERVICES, _CONTENT)


def test_a_grader_that_writes_keeps_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one that comes while a seed is half written does not touch it."""
    replace, other = Path.replace, []

    def half_written(half: Path, path: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        other.append(keep_seed(_SERVICES, b"another state"))
        return half.replace(path)

    monkeypatch.setattr(Path, "replace", half_written)
    assert keep_seed(_SERVICES, _CONTENT)
    assert other == [False]
    assert load_seed(_SERVICES) == _CONTENT


def test_no_space_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full nothing of the seed stays on it."""

    def full(_old: Path, _new: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        keep_seed(_SERVICES, _CONTENT)
    assert [path.suffix for path in seed_path(_SERVICES).parent.iterdir()] == [".lock"]


def test_the_least_used_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache holds so many seeds, those that were used last."""
    monkeypatch.setattr(seeds, "_MOST", 2)
    named = [("audio",), ("game",), ("live",)]
    for number, services in enumerate(named[:2]):
        keep_seed(services, _CONTENT)
        os.utime(seed_path(services), (number, number))
    assert load_seed(named[0]) == _CONTENT
    keep_seed(named[2], _CONTENT)
    assert [load_seed(services) is not None for services in named] == [True, False, True]
