"""Times an embedded sandbox, and beside it, in the same run, the same on kind.

Both are from nothing to the candidate's first answered `kubectl`, with the same fifteen services.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.model.measured import Measured, median, medians
from grader.model.phase import PhaseLog
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.provider import EmbeddedProvider
from grader.sandbox.embedded.running import processes
from grader.sandbox.embedded.seeds import drop_seed
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.names import NAMESPACE
from grader.sandbox.protocol import Provider, Sandbox, SandboxRequest
from grader.sandbox.services import services

START_LIMIT_S = 1.6
_ASKED = f"kubectl -n {NAMESPACE} get deployments -o name"
# What only this sandbox has in memory: its programs' own files are shared with every other one.
_OWN_MEMORY = ("Pss_Anon:", "Pss_Shmem:")


@dataclass(frozen=True, kw_only=True)
class MeasuredEmbedded(Measured):
    """What was measured of embedded sandboxes.

    Attributes:
        without_seed_s: The start that makes the seed.
        stop_s: From the order to nothing left.
        reset_s: Back to the candidate's first answered kubectl.
        memory_mib: What a sandbox takes of this machine's memory beside what all of them share.
    """

    without_seed_s: float
    stop_s: float
    reset_s: float
    memory_mib: int

    def lines(self) -> tuple[str, ...]:
        """The usual lines, and one of what else was measured."""
        times = {"without a seed": self.without_seed_s, "reset": self.reset_s, "stop": self.stop_s}
        told = [f"{name} {seconds:.2f} s" for name, seconds in times.items()]
        return (*super().lines(), "  ".join([*told, f"memory {self.memory_mib} MiB"]))


@dataclass(frozen=True)
class _Run:
    """One sandbox's seconds; memory and reset only where they were asked for."""

    log: PhaseLog
    start_s: float
    stop_s: float
    reset_s: float = 0.0
    memory_mib: float = 0.0


def bench_embedded(log: PhaseLog, *, runs: int = 3) -> MeasuredEmbedded:
    """Time `runs` pairs, embedded and kind in turn, after one embedded start that makes the seed.

    Raises:
        GraderError: as starting raises; sandbox-broken, where a sandbox leaves something or kubectl is not answered.
    """
    ours: list[_Run] = []
    theirs: list[_Run] = []
    drop_seed(tuple(services()))
    with log.phase("without a seed"):
        first = _embedded()
    for number in range(1, runs + 1):
        with log.phase(f"embedded {number}"):
            ours.append(_embedded())
        with log.phase(f"kind {number}"):
            theirs.append(_timed(KindProvider()))
    return MeasuredEmbedded(
        name="embedded",
        ours_s=median([one.start_s for one in ours]),
        theirs_s=median([one.start_s for one in theirs]),
        ratio=median([one.start_s / two.start_s for one, two in zip(ours, theirs, strict=True)]),
        phases={"ours": _phases(ours), "theirs": _phases(theirs)},
        compared_with="the same sandbox on kind",
        runs=runs,
        limit_s=START_LIMIT_S,
        without_seed_s=round(first.start_s, 3),
        stop_s=median([one.stop_s for one in ours]),
        reset_s=median([one.reset_s for one in ours]),
        memory_mib=round(median([one.memory_mib for one in ours])),
    )


def _embedded() -> _Run:
    return _timed(EmbeddedProvider(), more=True)


def _timed(provider: Provider, *, more: bool = False) -> _Run:
    log = PhaseLog()
    attempt = f"bench{secrets.token_hex(2)}"
    reset_s = memory = 0.0
    with bench_folder() as folder:
        request = SandboxRequest(attempt, folder, tuple(services()))
        try:
            began = time.monotonic()
            _require_answer(provider.start(request, log))
            start_s = time.monotonic() - began
            if more and isinstance(provider, EmbeddedProvider):
                memory = own_memory_mib(Places(folder))
                began = time.monotonic()
                _require_answer(provider.reset(request, PhaseLog()))
                reset_s = time.monotonic() - began
        finally:
            began = time.monotonic()
            provider.stop(attempt, folder, PhaseLog())
            stop_s = time.monotonic() - began
        left = provider.remains(attempt, folder).found
        if left:
            what = f"something of the sandbox is left: {', '.join(left)}"
            raise GraderError(Code.SANDBOX_BROKEN, what, where=attempt)
    return _Run(log, start_s, stop_s, reset_s, memory)


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


def _require_answer(sandbox: Sandbox) -> None:
    """Let the candidate ask for the services."""
    done = sandbox.workstation.run(_ASKED)
    if done.exit_code != 0 or len(done.stdout.split()) != len(services()):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            "the candidate's kubectl was not answered with the services",
            where=_ASKED,
            detail=done.stdout + done.stderr,
        )


def _phases(runs: Sequence[_Run]) -> dict[str, float]:
    return medians([{phase.name: phase.seconds for phase in run.log.phases} for run in runs])
