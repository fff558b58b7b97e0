"""What a benchmark looks at of a sandbox: whether its candidate is answered, and what memory it takes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import processes
from grader.sandbox.names import NAMESPACE
from grader.sandbox.protocol import Sandbox
from grader.sandbox.services import services

_ASKED = f"kubectl -n {NAMESPACE} get deployments -o name"
# What only this sandbox has in memory: its programs' own files are shared with every other one.
_OWN_MEMORY = ("Pss_Anon:", "Pss_Shmem:")


def own_memory_mib(places: Places) -> float:
    """The memory of a sandbox's processes that none but they have, each page counted once."""
    kib = 0
    for one in processes(places):
        with suppress(OSError):
            told = Path(f"/proc/{one.pid}/smaps_rollup").read_text("ascii")
            kib += sum(
                int(line.split()[1]) for line in told.splitlines() if line.split()[0] in _OWN_MEMORY
            )
    return kib / 1024


def require_answer(sandbox: Sandbox) -> None:
    """Let the candidate ask for the services."""
    done = sandbox.workstation.run(_ASKED)
    if done.exit_code != 0 or len(done.stdout.split()) != len(services()):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            "the candidate's kubectl was not answered with the services",
            where=_ASKED,
            detail=done.stdout + done.stderr,
        )
