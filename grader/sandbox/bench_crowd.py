"""Many embedded sandboxes at once: whether each of them answers while all are there, and what they take together."""

from __future__ import annotations

import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.bench_look import own_memory_mib, require_answer
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.provider import EmbeddedProvider, EmbeddedSandbox
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.services import services


@dataclass(frozen=True)
class Crowd:
    """What was seen of sandboxes that are there at the same time.

    Attributes:
        sandboxes: How many; each answered its candidate.
        answer_s: The slowest answer, all being asked at once.
        memory_mib: What one of them takes of this machine's memory beside what all share, on average.
    """

    sandboxes: int
    answer_s: float
    memory_mib: int

    def line(self) -> str:
        """It in words."""
        return (
            f"{self.sandboxes} at once: each answered, within {self.answer_s:.1f} s, "
            f"memory {self.memory_mib} MiB each"
        )


def measure_crowd(count: int, log: PhaseLog) -> Crowd:
    """Start so many sandboxes, ask all of them at once, and end them.

    Raises:
        GraderError: as starting raises; sandbox-broken, where one does not answer or leaves something.
    """
    provider = EmbeddedProvider()
    with ExitStack() as folders, ThreadPoolExecutor(count, thread_name_prefix="crowd") as pool:
        places = {f"bench{secrets.token_hex(2)}{n}": _folder(folders) for n in range(count)}
        try:
            with (
                log.phase(f"starting {count}"),
                ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="start") as few,
            ):
                running = list(few.map(lambda one: _started(provider, one, places[one]), places))
            with log.phase(f"asking {count}"):
                slowest = max(pool.map(_answered, running))
            taken = [own_memory_mib(Places(folder)) for folder in places.values()]
        finally:
            with log.phase(f"ending {count}"):
                list(pool.map(lambda one: provider.stop(one, places[one], PhaseLog()), places))
        left = [name for name, folder in places.items() if provider.remains(name, folder).found]
    if left:
        what = f"something of {len(left)} sandboxes is left"
        raise GraderError(Code.SANDBOX_BROKEN, what, where=", ".join(left))
    return Crowd(count, round(slowest, 3), round(sum(taken) / count))


def _folder(folders: ExitStack) -> Path:
    return folders.enter_context(bench_folder())


def _started(provider: EmbeddedProvider, name: str, folder: Path) -> EmbeddedSandbox:
    return provider.start(SandboxRequest(name, folder, tuple(services())), PhaseLog())


def _answered(sandbox: EmbeddedSandbox) -> float:
    """How long the candidate waits for an answer, in seconds."""
    began = time.monotonic()
    require_answer(sandbox)
    return time.monotonic() - began
