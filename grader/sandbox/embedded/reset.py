"""Brings an embedded sandbox back to its beginning while its control plane goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.bring_up import candidate_tools
from grader.sandbox.embedded.certificates import Authority
from grader.sandbox.embedded.credentials import candidate_kubeconfig
from grader.sandbox.embedded.data_files import list_data, restore_data
from grader.sandbox.embedded.known_objects import KnownObjects
from grader.sandbox.embedded.origin import load_origin, look
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import supervisor
from grader.sandbox.embedded.serving import wait_serving
from grader.sandbox.embedded.workstation_files import give_access
from grader.sandbox.embedded.workstation_renewal import renew
from grader.sandbox.kubeconfig import read_kubeconfig
from grader.sandbox.process import Commands
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.reset.origin import Origin, save_origin, touched
from grader.sandbox.reset.plan import Plan
from grader.sandbox.reset.sandbox_reset import SandboxReset

# With more of them a sandbox from a seed is there sooner: each takes an eighth of a second, and such a sandbox about
# one more than a reset without any.
_RESTARTS_AT_MOST = 7


def sooner_anew(steps: Plan, *, among_many: bool) -> str:
    """Why another sandbox is there sooner than steps of a reset are made; "" where it is not.

    Args:
        steps: What there is to do.
        among_many: Whether many others are at work, as in a proof. Then it costs more than it spares: of a new
            control plane everything has to be read again.
    """
    if steps.spaces:
        return "a namespace has to go"
    if steps.restarts > _RESTARTS_AT_MOST and not among_many:
        return f"{steps.restarts} pods have to begin again"
    return ""


@dataclass(frozen=True)
class Reset:
    """One reset of one sandbox.

    Args:
        request: As at its start.
        authority: Signs its certificates.
        known: Gives what was read of the sandbox before.
        log: Told of every phase.
        commands: Runs everything; cancelling it ends the reset.
    """

    request: SandboxRequest
    authority: Authority
    known: Callable[[], KnownObjects]
    log: PhaseLog
    commands: Commands

    @property
    def places(self) -> Places:
        """Its files."""
        return Places(self.request.folder)

    def run(self) -> KubeApi:
        """Bring it back; the API by the grader's credential.

        Raises:
            GraderError: sandbox-broken, where it does not run, what it was like is not known, or it is not as it was.
        """
        places, services = self.places, tuple(self.request.services)
        self._require_alive()
        kept = load_origin(places, self.authority.pair.certificate.decode("ascii"))
        known = self.known()
        api, part = known.api, _EmbeddedPart(self, known)
        now = SandboxReset(api, services, part, self.log, self.commands).run(kept)
        node = json.loads((places.root / "node.json").read_text(encoding="utf-8"))
        wait_serving(services, api, int(node["port"]), self._require_alive)
        save_origin(now, places.root)
        return api

    def _require_alive(self) -> None:
        self.commands.require_wanted("waiting for the services")
        known = supervisor(self.places)
        if known is None or not known.alive:
            raise GraderError(
                Code.SANDBOX_BROKEN, "its programs do not run", where=str(self.places.logs)
            )


@dataclass(frozen=True)
class _EmbeddedPart:
    reset: Reset
    known: KnownObjects

    def look(self, *, data: bool) -> Origin:
        return look(self.known.read, self.reset.places.data if data else None)

    def require_worthwhile(self, steps: Plan) -> None:
        why = sooner_anew(steps, among_many=self.reset.request.ample_memory)
        if why:
            raise GraderError(Code.SANDBOX_BROKEN, f"another one is there sooner: {why}")

    def renew_workstation(self, nobody_types: threading.Event) -> None:
        reset, places = self.reset, self.reset.places
        with reset.log.phase("workstation") as note:
            renew(places, candidate_tools(note, reset.commands), nobody_types.set)
        with reset.log.phase("candidate access"):
            server = read_kubeconfig(places.kubeconfig)["clusters"][0]["cluster"]["server"]
            give_access(places, candidate_kubeconfig(places, server, reset.authority))

    def restore_data(self, origin: Origin, archive: bytes) -> None:
        data = self.reset.places.data
        restore_data(data, archive, touched(origin.data, list_data(data)))
