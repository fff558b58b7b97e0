"""Brings a running sandbox back to its beginning, in a fraction of the time that a new one takes.

look ── clear ── data ── releases ── services ready ── compared with the beginning
workstation, thrown away and made again
"""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.access import give_access
from grader.sandbox.kind.data_files import list_data, restore_data, touched
from grader.sandbox.kind.origin import Origin, load_origin, look, save_origin
from grader.sandbox.kind.record import Record
from grader.sandbox.kind.suspects import suspects
from grader.sandbox.names import Names
from grader.sandbox.process import Commands
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.release_seed import ReleaseSeed, load_seeds, seeded_keys
from grader.sandbox.reset.carry_out import bring_back, clear, forget_events
from grader.sandbox.reset.differences import differences
from grader.sandbox.reset.plan import plan
from grader.sandbox.reset.settle import wait_settled
from grader.sandbox.workstation.start import start_workstation

_NAMED_AT_MOST = 10


@dataclass
class Reset:
    """One reset of one sandbox.

    Args:
        engine: What runs it.
        request: As at its start.
        record: Of its start.
        log: Told of every phase.
        commands: Runs everything; cancelling it ends the reset.
    """

    engine: Engine
    request: SandboxRequest
    record: Record
    log: PhaseLog
    commands: Commands
    names: Names = field(init=False)
    _place_gone: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.names = Names(self.request.attempt)

    def run(self, api: KubeApi) -> None:
        """Bring it back.

        Raises:
            GraderError: sandbox-broken, where it is not as it was: it can't be used any more.
        """
        kept = load_origin(self.request.folder)
        seeds = load_seeds(self.request.services)
        if kept is None or seeds is None:
            raise _impossible("what it was like at its start is not known")
        origin, archive = kept
        with ThreadPoolExecutor(2, thread_name_prefix="reset") as pool:
            work = [
                pool.submit(self._workstation),
                pool.submit(self._cluster, origin, archive, seeds, api),
            ]
            try:
                finished, _ = wait(work, return_when=FIRST_EXCEPTION)
            except BaseException:
                self._call_off()
                raise
            errors = [error for future in finished if (error := future.exception())]
            if errors:
                self._call_off()
                raise errors[0]

    def _call_off(self) -> None:
        self.commands.cancel()
        self._place_gone.set()

    def _workstation(self) -> None:
        with self.log.phase("workstation"), ThreadPoolExecutor(1) as pool:
            # Who starts the new one takes a second to load; the old one goes in that time.
            removal = pool.submit(self._remove_workstation)
            try:
                start_workstation(
                    self.engine,
                    self.names,
                    self.record.workstation_image,
                    self.request.folder,
                    self.commands,
                    disk_mib=self.request.disk_mib,
                    replaces=True,
                )
            finally:
                # Why the old one did not go says more than that its name is taken.
                removal.result()
        with self.log.phase("candidate access"):
            give_access(self.engine, self.names, self.request.folder, self.commands)

    def _remove_workstation(self) -> None:
        self.engine.remove_containers([self.names.workstation])
        # Nobody types any more, and nothing that was typed goes on.
        self._place_gone.set()

    def _cluster(
        self,
        origin: Origin,
        archive: bytes,
        seeds: dict[str, ReleaseSeed],
        api: KubeApi,
    ) -> None:
        with self.log.phase("look") as note:
            # The data is told of once nobody can change it any more.
            now = look(self.engine, self.names.node, api, self.commands, data=False)
            suspect = suspects(origin, now, api)
            steps = plan(origin.objects, now.objects, seeded_keys(seeds), suspect=suspect)
            note(steps.summary)
        with self.log.phase("clear") as note:
            if steps.spaces:
                note(f"namespace {', '.join(steps.spaces)}: this takes longer")
            clear(steps, api)
        with ThreadPoolExecutor(1, thread_name_prefix="events") as pool:
            # Nothing is made meanwhile that would have events of its own.
            forgotten = pool.submit(forget_events, _spaces(origin), api)
            with self.log.phase("data"):
                self._place_gone.wait()
                self.commands.require_wanted("waiting for the workstation")
                self._restore_data(origin, archive)
            forgotten.result()
        with self.log.phase("releases"):
            bring_back(steps, seeds, api)
        with self.log.phase("services ready"):
            wait_settled(origin.objects, api, self.commands)
        with self.log.phase("comparison"):
            self._compare(origin, api)

    def _restore_data(self, origin: Origin, archive: bytes) -> None:
        node = self.names.node
        parts = touched(origin.data, list_data(self.engine, node, self.commands))
        restore_data(self.engine, node, archive, parts, self.commands)

    def _compare(self, origin: Origin, api: KubeApi) -> None:
        now = look(self.engine, self.names.node, api, self.commands)
        told = differences(origin.objects, now.objects)
        told += [f"data of {part}" for part in touched(_lasting(origin), _lasting(now))]
        if told:
            more = [f"and {len(told) - _NAMED_AT_MOST} more"] if len(told) > _NAMED_AT_MOST else []
            raise _impossible(", ".join([*told[:_NAMED_AT_MOST], *more]))
        save_origin(now, self.request.folder)


def _lasting(one: Origin) -> dict[str, str]:
    """The data without the time of a file's last change, which comes anew with a file put back.

    Of a folder neither its size nor its times say anything.
    """
    return {
        path: " ".join(words[:3] if words[0] == "d" else words[:5])
        for path, told in one.data.items()
        if (words := told.split(" "))
    }


def _spaces(origin: Origin) -> list[str]:
    return [space["metadata"]["name"] for space in origin.objects.get("v1/Namespace", ())]


def _impossible(why: str) -> GraderError:
    return GraderError(
        Code.SANDBOX_BROKEN,
        f"the sandbox can't be brought back to its start: {why}",
        hint="end it with grader stop, and begin a new one with grader start",
    )
