"""Brings a kind sandbox back to its beginning: the part of a reset that is kind's and the engine's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.access import give_access, node_network
from grader.sandbox.kind.data_files import list_data, restore_data
from grader.sandbox.kind.origin import look
from grader.sandbox.kind.record import Record
from grader.sandbox.names import Names
from grader.sandbox.process import Commands
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.reset.origin import Origin, load_origin, save_origin, touched
from grader.sandbox.reset.plan import Plan
from grader.sandbox.reset.sandbox_reset import SandboxReset
from grader.sandbox.workstation.start import start_workstation


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

    def __post_init__(self) -> None:
        self.names = Names(self.request.attempt)

    def run(self, api: KubeApi) -> None:
        """Bring it back.

        Raises:
            GraderError: sandbox-broken, where it is not as it was: it can't be used any more.
        """
        part = _KindPart(self, api)
        folder = self.request.folder
        services = tuple(self.request.services)
        now = SandboxReset(api, services, part, self.log, self.commands).run(load_origin(folder))
        save_origin(now, folder)


@dataclass(frozen=True)
class _KindPart:
    reset: Reset
    api: KubeApi

    def look(self, *, data: bool) -> Origin:
        reset = self.reset
        return look(reset.engine, reset.names.node, self.api, reset.commands, data=data)

    def require_worthwhile(self, steps: Plan) -> None:
        """Whatever it is, it is done sooner than a cluster is made."""

    def renew_workstation(self, nobody_types: threading.Event) -> None:
        reset = self.reset
        with reset.log.phase("workstation"), ThreadPoolExecutor(2) as pool:
            # Who starts the new one takes a second to load; the old one goes in that time.
            removal = pool.submit(self._remove_workstation, nobody_types)
            network = pool.submit(node_network, reset.engine, reset.names)
            try:
                start_workstation(
                    reset.engine,
                    reset.names,
                    reset.record.workstation_image,
                    reset.request.folder,
                    reset.commands,
                    disk_mib=reset.request.disk_mib,
                    replaces=True,
                )
            finally:
                # Why the old one did not go says more than that its name is taken.
                removal.result()
        with reset.log.phase("candidate access"):
            folder = reset.request.folder
            give_access(reset.engine, reset.names, folder, network.result(), reset.commands)

    def _remove_workstation(self, nobody_types: threading.Event) -> None:
        self.reset.engine.remove_containers([self.reset.names.workstation])
        nobody_types.set()

    def restore_data(self, origin: Origin, archive: bytes) -> None:
        engine, node, commands = self.reset.engine, self.reset.names.node, self.reset.commands
        parts = touched(origin.data, list_data(engine, node, commands))
        restore_data(engine, node, archive, parts, commands)
