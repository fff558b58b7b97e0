"""Sandboxes for proofs: made or reset, lent to one trial at a time, and ended whatever happens.

They are no attempts: no candidate, no row in the database. Each has a folder below `proofs`, locked while
its process lives; what a killed proof left behind is ended by the next one.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from grader.exam.identity import new_attempt_id
from grader.exam.owner import at_work, owner_at_work
from grader.judging.proof.lease import Cancelled, Lease
from grader.model.errors import GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.protocol import Resetting, SandboxRequest

if TYPE_CHECKING:
    from grader.exam.judge import Judge
    from grader.model.observation import Observation
    from grader.model.scenario import Scenario
    from grader.sandbox.protocol import Provider, Sandbox

FOLDER = "proofs"
_SCRATCH = "scratch-"


@dataclass(eq=False)
class _Running:
    """One sandbox of ours.

    Attributes:
        before: What a fresh one looked like when all was well; a reset one must look the same.
    """

    request: SandboxRequest
    lock: ExitStack
    sandbox: Sandbox | None = None
    before: Observation | None = None
    used_by: set[str] = field(default_factory=set)


@dataclass
class ProofSandboxes:
    """Lends sandboxes of one provider.

    Args:
        home: The grader's folder.
        provider: What runs them.
        judge: Who sets the stage.
        say: Told of what goes on beside the claims.
        reuse: Whether a sandbox may be reset for the next trial, where the provider can.
    """

    home: Path
    provider: Provider
    judge: Judge
    say: Callable[[str], None]
    reuse: bool = True
    _all: dict[str, _Running] = field(default_factory=dict)
    _idle: list[_Running] = field(default_factory=list)
    _left: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def folder(self) -> Path:
        """Where the sandboxes' folders are."""
        return self.home / FOLDER

    @contextmanager
    def lend(self, scenario: Scenario, *, fresh: bool = False) -> Iterator[Lease]:
        """A sandbox of the scenario; see `Sandboxes.lend`."""
        self.raise_if_cancelled()
        running, lease = self._taken(scenario, fresh=fresh)
        running.used_by.add(scenario.id)
        try:
            yield lease
        except BaseException:
            lease.spoilt = True
            raise
        finally:
            self._give_back(running, keep=self._can_reset and not lease.spoilt)

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled where `close` was called."""
        if self._cancelled.is_set():
            raise Cancelled

    def close(self) -> Mapping[str, Sequence[str]]:
        """End every sandbox; see `Sandboxes.close`.

        One that a trial has at this moment is stopped under it, so that the trial fails soon; its thread ends it
        for good, as a start or a reset that was on its way may have made things after the stop.
        """
        self._cancelled.set()
        with self._guard:
            idle = list(self._idle)
            lent = [running for running in self._all.values() if running not in idle]
            self._idle.clear()
        if idle or lent:
            with ThreadPoolExecutor(len(idle) + len(lent), thread_name_prefix="end") as pool:
                ends: list[Future[Any]] = [pool.submit(self._end, running) for running in idle]
                ends += [pool.submit(self._stop, running) for running in lent]
            for end in ends:
                end.result()
        with self._guard:
            return {scenario: tuple(things) for scenario, things in self._left.items()}

    def sweep(self) -> None:
        """End what a killed proof has left behind."""
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if not folder.is_dir() or owner_at_work(folder) is not None:
                continue
            if not folder.name.startswith(_SCRATCH):
                self.say(f"ending what an earlier proof left behind: {folder.name}")
                self.provider.stop(folder.name, folder, PhaseLog())
            rmtree(folder, ignore_errors=True)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for files of this proof, gone when the block ends."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(mkdtemp(prefix=_SCRATCH, dir=self.folder))
        try:
            with at_work(folder, "prove"):
                yield folder
        finally:
            rmtree(folder, ignore_errors=True)

    @property
    def _can_reset(self) -> bool:
        return self.reuse and isinstance(self.provider, Resetting)

    def _taken(self, scenario: Scenario, *, fresh: bool) -> tuple[_Running, Lease]:
        """An idle sandbox of the same kind, reset, or a fresh one."""
        if fresh:
            self._end_one_idle()
            return self._made(scenario)
        while (idle := self._next_idle(scenario)) is not None:
            try:
                lease = self._reset(idle, scenario)
                self.raise_if_cancelled()
            except BaseException:
                self._end(idle)
                raise
            if lease is not None:
                return idle, lease
            self._end(idle)
        return self._made(scenario)

    def _end_one_idle(self) -> None:
        """Make room for a fresh one: no more sandboxes are there than are at work."""
        with self._guard:
            idle = self._idle.pop(0) if self._idle else None
        if idle is not None:
            self._end(idle)

    def _next_idle(self, scenario: Scenario) -> _Running | None:
        with self._guard:
            for running in self._idle:
                if (tuple(running.request.services), running.request.disk_mib) == (
                    tuple(scenario.services),
                    scenario.disk_mib,
                ):
                    self._idle.remove(running)
                    return running
            others = list(self._idle)
            self._idle.clear()
        # Of other services: nobody waits for them more than this machine for its memory.
        for running in others:
            self._end(running)
        return None

    def _reset(self, running: _Running, scenario: Scenario) -> Lease | None:
        """The sandbox at its beginning; None where it does not look as a fresh one does."""
        began = time.monotonic()
        if not isinstance(self.provider, Resetting):
            return None
        try:
            sandbox = self.provider.reset(running.request, PhaseLog())
            start = self.judge.set_stage(sandbox, scenario, PhaseLog())
        except GraderError as error:
            self.say(f"a sandbox could not be reset, a fresh one is made: {error}")
            return None
        found = (
            self.judge.otherwise_healthy(running.before, start.before)
            if running.before
            else ["unknown"]
        )
        if found:
            self.say(f"a reset sandbox is not as a fresh one: {', '.join(found[:5])}")
            return None
        running.sandbox = sandbox
        return Lease(sandbox, scenario, start, time.monotonic() - began, fresh=False)

    def _made(self, scenario: Scenario) -> tuple[_Running, Lease]:
        began = time.monotonic()
        name = new_attempt_id(lambda taken: (self.folder / taken).exists())
        folder = self.folder / name
        lock = ExitStack()
        lock.enter_context(at_work(folder, "prove"))
        request = SandboxRequest(
            attempt=name,
            folder=folder,
            services=scenario.services,
            disk_mib=scenario.disk_mib,
            ample_memory=True,
        )
        running = _Running(request, lock)
        running.used_by.add(scenario.id)
        with self._guard:
            self._all[name] = running
        try:
            self.raise_if_cancelled()
            sandbox = self.provider.start(request, PhaseLog())
            running.sandbox = sandbox
            self.raise_if_cancelled()
            start = self.judge.set_stage(sandbox, scenario, PhaseLog())
        except BaseException:
            self._end(running)
            self.raise_if_cancelled()
            raise
        running.before = start.before
        return running, Lease(sandbox, scenario, start, time.monotonic() - began)

    def _give_back(self, running: _Running, *, keep: bool) -> None:
        if keep and not self._cancelled.is_set():
            with self._guard:
                self._idle.append(running)
            return
        self._end(running)

    def _end(self, running: _Running) -> None:
        """End a sandbox, and note what is left of it."""
        name, folder = running.request.attempt, running.request.folder
        with self._guard:
            if name not in self._all:
                return
        left = self._stop(running) + _programs_about(name)
        running.lock.close()
        rmtree(folder, ignore_errors=True)
        if folder.exists():
            left.append(f"folder {folder}")
        with self._guard:
            if self._all.pop(name, None) is None:
                return
            for scenario in running.used_by:
                self._left[scenario] += left

    def _stop(self, running: _Running) -> list[str]:
        """Stop a sandbox; what is left of it."""
        name, folder = running.request.attempt, running.request.folder
        try:
            self.provider.stop(name, folder, PhaseLog())
            return list(self.provider.remains(name, folder).found)
        except GraderError as error:
            return [f"sandbox {name}: {error}"]


def _programs_about(name: str) -> list[str]:
    """Programs on this machine that have the sandbox's name among their words."""
    found: list[str] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
                if f"grader-{name}" in words:
                    found.append(f"process {entry.name}: {words[:120].strip()}")
    return found
