"""Brings a running sandbox back to its beginning, in a fraction of the time that a new one takes.

look ── clear ── data ── releases ── services ready ── compared with the beginning
workstation, thrown away and made again

What differs between providers they do themselves, see `ProviderPart`.
"""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.process import Commands
from grader.sandbox.release_seed import ReleaseSeed, seeded_keys, seeds_in
from grader.sandbox.reset.carry_out import bring_back, clear, forget_events
from grader.sandbox.reset.differences import differences
from grader.sandbox.reset.origin import Origin, lasting, touched
from grader.sandbox.reset.plan import Plan, plan
from grader.sandbox.reset.settle import wait_settled
from grader.sandbox.reset.suspects import suspects

_NAMED_AT_MOST = 10


class ProviderPart(Protocol):
    """What a provider does of a reset."""

    def look(self, *, data: bool) -> Origin:
        """Look at the sandbox now; at its services' data where that is wanted."""

    def require_worthwhile(self, steps: Plan) -> None:
        """Raise GraderError where another sandbox would be there sooner than these steps are made."""

    def renew_workstation(self, nobody_types: threading.Event) -> None:
        """Throw the workstation away and make it again.

        Args:
            nobody_types: Set once the old one is gone, and with it all that was started there.
        """

    def restore_data(self, origin: Origin, archive: bytes) -> None:
        """Put back what of the services' data is not as it was."""


@dataclass
class SandboxReset:
    """One reset of one sandbox.

    Args:
        api: The cluster, by the grader's credential.
        services: Ids of the services that are there.
        part: The provider's.
        log: Told of every phase.
        commands: Runs everything; cancelling it ends the reset.
    """

    api: KubeApi
    services: tuple[str, ...]
    part: ProviderPart
    log: PhaseLog
    commands: Commands
    _nobody_types: threading.Event = field(default_factory=threading.Event)

    def run(self, kept: tuple[Origin, bytes] | None) -> Origin:
        """Bring it back; what it is like then, to go back to the next time.

        Args:
            kept: What it was like at its start, with its data as an archive.

        Raises:
            GraderError: sandbox-broken, where it is not as it was: it can't be used any more.
        """
        # Its own record of its releases: what this machine remembers of them may be of another day.
        seeds = seeds_in(kept[0].objects.get("v1/Secret", ()), self.services) if kept else None
        if kept is None or seeds is None:
            raise _impossible("what it was like at its start is not known")
        origin, archive = kept
        with ThreadPoolExecutor(2, thread_name_prefix="reset") as pool:
            workstation = pool.submit(self.part.renew_workstation, self._nobody_types)
            cluster = pool.submit(self._cluster, origin, archive, seeds)
            try:
                both: list[Future[Any]] = [workstation, cluster]
                finished, _ = wait(both, return_when=FIRST_EXCEPTION)
            except BaseException:
                self._call_off()
                raise
            errors = [error for future in finished if (error := future.exception())]
            if errors:
                self._call_off()
                raise errors[0]
            return cluster.result()

    def _call_off(self) -> None:
        self.commands.cancel()
        self._nobody_types.set()

    def _cluster(self, origin: Origin, archive: bytes, seeds: dict[str, ReleaseSeed]) -> Origin:
        api = self.api
        with self.log.phase("look") as note:
            # The data is told of once nobody can change it any more.
            now = self.part.look(data=False)
            suspect = suspects(origin, now, api)
            steps = plan(origin.objects, now.objects, seeded_keys(seeds), suspect=suspect)
            note(steps.summary)
        # The look is not what failed.
        self.part.require_worthwhile(steps)
        with self.log.phase("clear") as note:
            if steps.spaces:
                note(f"namespace {', '.join(steps.spaces)}: this takes longer")
            clear(steps, api)
        with ThreadPoolExecutor(1, thread_name_prefix="events") as pool:
            # Nothing is made meanwhile that would have events of its own.
            forgotten = pool.submit(forget_events, _spaces(origin), api)
            with self.log.phase("data"):
                self._nobody_types.wait()
                self.commands.require_wanted("waiting for the workstation")
                self.part.restore_data(origin, archive)
            forgotten.result()
        with self.log.phase("releases"):
            bring_back(steps, seeds, api)
        with self.log.phase("services ready"):
            wait_settled(origin.objects, api, self.commands)
        with self.log.phase("comparison"):
            return self._compared(origin)

    def _compared(self, origin: Origin) -> Origin:
        now = self.part.look(data=True)
        told = differences(origin.objects, now.objects)
        told += [f"data of {part}" for part in touched(lasting(origin.data), lasting(now.data))]
        if told:
            more = [f"and {len(told) - _NAMED_AT_MOST} more"] if len(told) > _NAMED_AT_MOST else []
            raise _impossible(", ".join([*told[:_NAMED_AT_MOST], *more]))
        return now


def _spaces(origin: Origin) -> list[str]:
    return [space["metadata"]["name"] for space in origin.objects.get("v1/Namespace", ())]


def _impossible(why: str) -> GraderError:
    return GraderError(
        Code.SANDBOX_BROKEN,
        f"the sandbox can't be brought back to its start: {why}",
        hint="end it with grader stop, and begin a new one with grader start",
    )
