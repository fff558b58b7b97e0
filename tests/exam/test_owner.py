"""The lock of the process at work on an attempt."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.exam.owner import FILE, Owner, at_work, owner_at_work
from grader.model.errors import Code, GraderError

HOLDER = """
import sys
from pathlib import Path
from grader.exam.owner import at_work
with at_work(Path(sys.argv[1]), "submit"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_nobody(tmp_path: Path) -> None:
    """A folder without a lock, or with one that nobody holds, has no owner."""
    assert owner_at_work(tmp_path) is None
    with at_work(tmp_path, "start"):
        pass
    assert owner_at_work(tmp_path) is None


def test_owner_is_named(tmp_path: Path) -> None:
    """Who holds the lock is known by process and by what it does."""
    with at_work(tmp_path, "start"):
        owner = owner_at_work(tmp_path)
        assert owner
        assert (owner.pid, owner.doing, owner.alive) == (os.getpid(), "start", True)


def test_other_process_is_refused(tmp_path: Path) -> None:
    """While a process is at work another is refused, and told which and what it does."""
    with holder(tmp_path) as process:
        with pytest.raises(GraderError) as caught, at_work(tmp_path, "check"):
            pass
        process.communicate()
    assert caught.value.code is Code.ATTEMPT_STATE
    assert f"submit, process {process.pid}" in caught.value.what


def test_waited_for(tmp_path: Path) -> None:
    """Who waits gets the lock when the other is done."""
    process = holder(tmp_path)

    def let_go(owner: Owner) -> bool:
        assert owner.pid == process.pid
        assert process.stdin
        process.stdin.close()
        return True

    with at_work(tmp_path, "stop", may_wait_for=let_go):
        owner = owner_at_work(tmp_path)
        assert owner
        assert owner.pid == os.getpid()
    process.wait()


def test_looker_is_no_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks at a free lock in this very moment is not taken for the process that held it last, even this one."""
    with at_work(tmp_path, "submit"):
        pass
    looking = os.open(tmp_path / FILE, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr("grader.exam.owner._wait_for_end", lambda _pid: os.close(looking))
    with at_work(tmp_path, "stop"):
        assert owner_at_work(tmp_path)


def test_each_holder_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder that came while another one, or one who only looked, was waited for is asked about too."""
    looking = os.open(tmp_path / FILE, os.O_CREAT | os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    came: list[subprocess.Popen[str]] = []

    def comes(_pid: int) -> None:
        if not came:
            os.close(looking)
            came.append(holder(tmp_path))

    def let_go(owner: Owner) -> bool:
        (process,) = came
        assert owner.pid == process.pid
        process.communicate()
        return True

    monkeypatch.setattr("grader.exam.owner._wait_for_end", comes)
    with at_work(tmp_path, "stop", may_wait_for=let_go, patience_s=10):
        assert len(came) == 1
    assert came[0].returncode == 0


def test_patience_ends(tmp_path: Path) -> None:
    """Nobody waits for ever."""
    with holder(tmp_path) as process:
        with (
            pytest.raises(GraderError),
            at_work(tmp_path, "stop", may_wait_for=lambda _owner: True, patience_s=0.05),
        ):
            pass
        process.communicate()


def test_killed_holder_frees_it(tmp_path: Path) -> None:
    """A holder that is killed holds nothing any more."""
    with holder(tmp_path) as process:
        process.kill()
    assert owner_at_work(tmp_path) is None


def test_other_process_with_the_same_number() -> None:
    """A process that got the number of an ended one is not taken for it, and never signalled."""
    impostor = Owner(os.getpid(), "1", "start")
    assert not impostor.alive
    impostor.ask_to_end()


def test_removed_folder_is_not_held(tmp_path: Path) -> None:
    """Whoever waited for a lock whose folder was removed meanwhile gets the lock of the new folder."""
    folder = tmp_path / "attempt"
    process = holder(folder)

    def remove(_owner: Owner) -> bool:
        if process.stdin and not process.stdin.closed:
            (folder / "owner.lock").unlink()
            folder.rmdir()
            process.stdin.close()
        return True

    with at_work(folder, "stop", may_wait_for=remove):
        assert (folder / "owner.lock").exists()
        assert owner_at_work(folder)
    process.wait()
