"""The candidate's place without an engine: a machine of its own, as far as its processes can tell."""

from __future__ import annotations

import pexpect
import pytest

from grader.sandbox.embedded.provider import EmbeddedProvider
from tests.e2e.bare import Bare

pytestmark = pytest.mark.engine

_PROMPT = r"pivori-studio\S*\$ "


def test_no_process_of_this_machine_is_there(bare: Bare, attempt: str) -> None:
    """Neither the sandbox's own programs nor anybody's are seen, and none is ended by somebody who tidies up."""
    said = bare.at_workstation(
        attempt, "ps -e -o args=; pkill -9 kube; pkill -9 -f grader; kill -9 1"
    )
    assert "enclosure.py hold" in said, "the first process of the place"
    assert "kube-apiserver" not in said
    assert "supervisor" not in said
    folder = bare.home / "attempts" / attempt
    assert EmbeddedProvider().answers(attempt, folder)
    assert bare.at_workstation(attempt, "kubectl get ns default -o name") == "namespace/default\n"


def test_what_is_left_behind_is_collected(bare: Bare, attempt: str) -> None:
    """A process whose parent is gone leaves nothing when it ends, and goes on until then."""
    left = "(setsid sh -c 'echo $$ > /tmp/left; exec sleep 300' > /dev/null 2>&1 &); until [ -s /tmp/left ]; do :; done"
    bare.at_workstation(attempt, left)
    assert "sleep 300" in bare.at_workstation(attempt, "ps -e -o args=")
    ended = "kill $(cat /tmp/left); while kill -0 $(cat /tmp/left) 2> /dev/null; do :; done; ps -e -o stat="
    assert "Z" not in bare.at_workstation(attempt, ended)


@pytest.mark.parametrize(
    ("typed", "code"), [("exit 5", 5), ("kill -TERM $$", 256 - 15), ("no-such-program", 127)]
)
def test_the_shell_ends_as_what_was_typed(typed: str, code: int, bare: Bare, attempt: str) -> None:
    """An exit code comes through, and so does the signal that ended the shell."""
    assert bare.piped(attempt, typed).returncode == code


def test_jobs_are_stopped_and_taken_up_again(bare: Bare, attempt: str) -> None:
    """The terminal's keys reach what is typed there, as in any shell."""
    shell = bare.shell(attempt)
    try:
        shell.expect(_PROMPT)
        # Each answer says that it is there: the keys that come next are its own.
        shell.sendline("sed -u s/^/sed-/")
        shell.sendline("here")
        shell.expect("sed-here")
        shell.sendcontrol("z")
        shell.expect("Stopped")
        shell.expect(_PROMPT)
        shell.sendline("fg")
        shell.sendline("again")
        shell.expect("sed-again")
        shell.sendcontrol("c")
        shell.expect(_PROMPT)
        shell.sendline("echo ended-$?")
        shell.expect("ended-130")
        shell.sendline("exit")
        shell.expect(pexpect.EOF)
    finally:
        shell.close(force=True)
