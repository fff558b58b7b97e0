"""Times an embedded sandbox, and beside it, in the same run, the same on kind.

Both are from nothing to the candidate's first answered `kubectl`, with the same fifteen services.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.errors import Code, GraderError
from grader.model.measured import Measured, median, medians
from grader.model.phase import PhaseLog
from grader.sandbox.bench_crowd import Crowd, measure_crowd
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.bench_look import own_memory_mib, require_answer
from grader.sandbox.embedded.bring_up import candidate_tools, embedded_tools
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.provider import EmbeddedProvider
from grader.sandbox.embedded.seeds import drop_seed
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.process import Commands
from grader.sandbox.protocol import Provider, SandboxRequest
from grader.sandbox.services import services
from grader.sandbox.waiting import wait_until

START_LIMIT_S = 1.6
WITHOUT_SEED_LIMIT_S = 5.0
RESET_LIMIT_S = 1.5
STOP_LIMIT_S = 0.3
MEMORY_LIMIT_MIB = 286
"""300 MB."""
# So long after the last work it has given back what only that work needed.
_AT_REST_S = 13.0


@dataclass(frozen=True, kw_only=True)
class MeasuredEmbedded(Measured):
    """What was measured of embedded sandboxes.

    Attributes:
        without_seed_s: The start that makes the seed.
        stop_s: From the order to nothing left.
        reset_s: Back to the candidate's first answered kubectl.
        memory_mib: What a sandbox at rest takes of this machine's memory beside what all of them share.
        crowd: What was seen of many at once; None where that was not asked for.
    """

    without_seed_s: float
    stop_s: float
    reset_s: float
    memory_mib: int
    crowd: Crowd | None = None

    def lines(self) -> tuple[str, ...]:
        """The usual lines, and those of what else was measured."""
        times = {
            "without a seed": (self.without_seed_s, WITHOUT_SEED_LIMIT_S),
            "reset": (self.reset_s, RESET_LIMIT_S),
            "stop": (self.stop_s, STOP_LIMIT_S),
        }
        told = [
            f"{name} {took:.2f} s (at most {limit:.1f} s)" for name, (took, limit) in times.items()
        ]
        memory = f"memory at rest {self.memory_mib} MiB (at most {MEMORY_LIMIT_MIB} MiB)"
        crowd = [self.crowd.line()] if self.crowd else []
        return (*super().lines(), "  ".join(told), memory, *crowd)


@dataclass(frozen=True)
class _Run:
    """One sandbox's seconds; memory and reset only where they were asked for."""

    log: PhaseLog
    start_s: float
    stop_s: float
    reset_s: float = 0.0
    memory_mib: float = 0.0


def bench_embedded(log: PhaseLog, *, runs: int = 3, at_once: int = 0) -> MeasuredEmbedded:
    """Time `runs` pairs, embedded and kind in turn, after one embedded start that makes the seed; then many at once.

    Raises:
        GraderError: as starting raises; sandbox-broken, where a sandbox leaves something or kubectl is not answered.
    """
    ours: list[_Run] = []
    theirs: list[_Run] = []
    with log.phase("tools") as note:
        # To fetch or build them is no part of a start.
        embedded_tools(note, Commands())
        candidate_tools(note, Commands())
    drop_seed(tuple(services()))
    with log.phase("without a seed"):
        first = _embedded()
    for number in range(1, runs + 1):
        with log.phase(f"embedded {number}"):
            ours.append(_embedded())
        with log.phase(f"kind {number}"):
            theirs.append(_timed(KindProvider()))
    crowd = measure_crowd(at_once, log) if at_once else None
    return MeasuredEmbedded(
        name="embedded",
        ours_s=median([one.start_s for one in ours]),
        theirs_s=median([one.start_s for one in theirs]),
        ratio=median([one.start_s / two.start_s for one, two in zip(ours, theirs, strict=True)]),
        phases={
            "ours": _phases(ours),
            "without a seed": _phases([first]),
            "theirs": _phases(theirs),
        },
        compared_with="the same sandbox on kind",
        runs=runs,
        limit_s=START_LIMIT_S,
        without_seed_s=round(first.start_s, 3),
        stop_s=median([one.stop_s for one in ours]),
        reset_s=median([one.reset_s for one in ours]),
        memory_mib=round(median([one.memory_mib for one in ours])),
        crowd=crowd,
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
            require_answer(provider.start(request, log))
            start_s = time.monotonic() - began
            if more and isinstance(provider, EmbeddedProvider):
                reset_at = time.monotonic()
                require_answer(provider.reset(request, PhaseLog()))
                reset_s = time.monotonic() - reset_at
                at_rest = time.monotonic() + _AT_REST_S
                wait_until(lambda: time.monotonic() > at_rest, timeout_s=2 * _AT_REST_S)
                memory = own_memory_mib(Places(folder))
        finally:
            stop_at = time.monotonic()
            provider.stop(attempt, folder, PhaseLog())
            stop_s = time.monotonic() - stop_at
        left = provider.remains(attempt, folder).found
        if left:
            what = f"something of the sandbox is left: {', '.join(left)}"
            raise GraderError(Code.SANDBOX_BROKEN, what, where=attempt)
    return _Run(log, start_s, stop_s, reset_s, memory)


def _phases(runs: Sequence[_Run]) -> dict[str, float]:
    return medians([{phase.name: phase.seconds for phase in run.log.phases} for run in runs])
