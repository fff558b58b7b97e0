"""Sandboxes without a container engine, for a user who is not root: the whole of an attempt, and what may go wrong."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from tests.e2e.product import CommandLine, kill, wait_for, wait_for_line

pytestmark = pytest.mark.engine

# Another user than root, with none of root's rights, who may still read this checkout wherever it lies.
_AS_A_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
_NO_WORK = 1


class Bare(CommandLine):
    """`grader` on a machine that has no container engine, as another user than root."""

    before: ClassVar[tuple[str, ...]] = _AS_A_USER

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

    def leftovers(self) -> list[str]:
        """What is left of all its sandboxes."""
        folders = [str(path) for path in (self.home / "attempts").glob("*")]
        return [*self.programs().values(), *folders]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The product where there is neither Docker nor Podman, with this machine's tools at hand."""
    folder = tmp_path_factory.mktemp("bare")
    programs = folder / "bin"
    programs.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if not program.name.startswith(("docker", "podman")):
                (programs / program.name).unlink(missing_ok=True)
                (programs / program.name).symlink_to(program)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"GRADER_ENGINE", "DOCKER_HOST", "CONTAINER_HOST"}
    }
    made = Bare(
        folder / "home", {**kept, "PATH": str(programs), "GRADER_HOME": str(folder / "home")}
    )
    assert shutil.which("podman", path=str(programs)) is None
    yield made
    made.run("stop", "--all")


@pytest.fixture
def attempt(bare: Bare) -> Iterator[str]:
    """A ready attempt."""
    made: str = bare.json("start", "deploy-service", "--seed", "1")["attempt"]["id"]
    yield made
    bare.run("stop", made)


def test_a_whole_run_without_an_engine(bare: Bare) -> None:
    """Nobody asks for it, it is chosen: a graded run ends in a report with full points and the reason for the choice."""
    result = bare.json("demo", "deploy-service")
    assert result["provider"] == "embedded"
    assert "no container engine can be used" in result["runs_on"]["reason"]
    assert (result["verdict"], result["points"]) == ("passed", result["max_points"])
    page = Path(result["report"]).read_text(encoding="utf-8")
    assert "no container engine can be used" in page
    assert bare.leftovers() == []


def test_untouched_earns_nothing(bare: Bare, attempt: str) -> None:
    """Submitted as it was found, the sandbox earns no point."""
    result = bare.json("submit", attempt, exit_code=_NO_WORK)
    assert (result["verdict"], result["points"]) == ("failed", 0)


def test_a_dead_control_plane_grades_nothing(bare: Bare, attempt: str) -> None:
    """A supervisor that is killed takes all along: the attempt is gone, no verdict is made, and `stop` clears it."""
    pid = next(pid for pid, words in bare.programs().items() if "embedded.supervisor" in words)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not _of_the_sandbox(bare), "the other programs end with their supervisor")
    assert bare.json("submit", attempt, exit_code=4)["error"]["code"] == "sandbox-gone"
    assert bare.json("status", attempt)["condition"] == "gone"
    bare.json("stop", attempt)
    assert bare.leftovers() == []


def _of_the_sandbox(bare: Bare) -> list[str]:
    """Its programs but the audit log's recorder, which is outside of it and sees it end."""
    return [words for words in bare.programs().values() if "audit.recorder" not in words]


def test_a_program_that_dies_comes_back(bare: Bare, attempt: str) -> None:
    """An API server that is killed is started again, and the work is judged as if nothing had been."""
    pid = next(pid for pid, words in bare.programs().items() if "kube-apiserver" in words)
    os.kill(pid, signal.SIGKILL)
    result = bare.json("submit", attempt, exit_code=_NO_WORK)
    assert (result["verdict"], result["points"]) == ("failed", 0)


@pytest.mark.parametrize("moment", ["control plane", "services ready"])
def test_an_interrupted_start_cleans_up(bare: Bare, moment: str) -> None:
    """Ctrl-C leaves nothing behind."""
    start = bare.spawn("start", "deploy-service")
    wait_for_line(start, f"… {moment}")
    os.killpg(start.pid, signal.SIGINT)
    said = start.communicate(timeout=60)[0].decode()
    assert start.returncode == 130, said
    assert "Traceback" not in said
    assert bare.leftovers() == []


def test_a_killed_start_is_named_and_cleared(bare: Bare) -> None:
    """A start that is killed is shown as interrupted, and `stop` clears what is left of it."""
    start = bare.spawn("start", "deploy-service")
    wait_for_line(start, "… services ready")
    kill(start)
    listed = bare.json("status")["attempts"]
    assert [entry["condition"] for entry in listed] == ["interrupted"], listed
    bare.json("stop", listed[0]["id"])
    assert bare.leftovers() == []
