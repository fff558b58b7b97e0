"""Brings one embedded sandbox up.

files ── programs ─┬─ control plane ── access ── releases ── services ready ── seed
                   │  from a seed:  ─┬─ services ready
                   │                 └─ trust
                   └─ workstation
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from shutil import rmtree

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.audit.watch import recorders, start_recorder
from grader.sandbox.data import make_data_folder
from grader.sandbox.embedded.addresses import NODE, Ports, free_ports
from grader.sandbox.embedded.certificates import Authority
from grader.sandbox.embedded.control_plane import Tools, write_programs
from grader.sandbox.embedded.credentials import new_authority, write_credentials
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import (
    MARK,
    end_processes,
    given_up,
    remember,
    supervisor,
)
from grader.sandbox.embedded.seed_archive import lay_out as lay_out_seed
from grader.sandbox.embedded.seeds import drop_seed, keep_seed, load_seed
from grader.sandbox.embedded.serving import wait_serving
from grader.sandbox.embedded.snapshot import Unsettled, take_snapshot
from grader.sandbox.embedded.trust import renew_trust
from grader.sandbox.embedded.workstation import can_enclose
from grader.sandbox.embedded.workstation_files import (
    fill,
    give_access,
    make_places,
    write_enclosure,
)
from grader.sandbox.faults import fault_in, faults_named
from grader.sandbox.process import Commands, detached
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.releases import deploy, wait_ready
from grader.sandbox.settings import data_folder
from grader.sandbox.tools.resolve import pinned_tool, tool
from grader.sandbox.waiting import wait_until

_API_S = 180
# Of a machine that has more to do than it can.
_ANSWER_S = 10
_PLACE_S = 60
_LOOK_S = 0.01
_TAIL_LINES = 15
# A seed that is of no use and a port that was taken meanwhile, in any order.
_TRIES = 3
# What kubeadm labels kind's only node with; no kubelet may do so itself.
_NODE_ROLE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": NODE, "labels": {"node-role.kubernetes.io/control-plane": ""}},
}


def embedded_tools(note: Callable[[str], None], commands: Commands) -> Tools:
    """The programs, fetched or built where they have to be."""
    return Tools(
        kube=pinned_tool("kube", note, commands),
        etcd=pinned_tool("etcd", note, commands),
        node=pinned_tool("node", note, commands),
    )


def candidate_tools(note: Callable[[str], None], commands: Commands) -> dict[str, Path]:
    """What the candidate types with, beside this machine's own programs."""
    return {name: tool(name, note, commands) for name in ("kubectl", "helm")}


@dataclass
class BringUp:
    """One start of one sandbox.

    Args:
        request: What is wanted.
        log: Told of every phase.
        commands: Runs what ends before the start does; cancelling it ends the start.
        authority: Signs its certificates.
    """

    request: SandboxRequest
    log: PhaseLog
    commands: Commands
    authority: Authority = field(default_factory=new_authority)
    places: Places = field(init=False)
    _candidate: str = ""

    def __post_init__(self) -> None:
        self.places = Places(self.request.folder)

    def run(self) -> KubeApi:
        """Bring it up; the API by the grader's credential.

        Raises:
            GraderError: What went wrong; everything that was started is still there.
        """
        seed = load_seed(self.request.services)
        for again in reversed(range(_TRIES)):
            try:
                with faults_named():
                    return self._run(seed)
            except GraderError as error:
                if error.code is Code.SANDBOX_BROKEN and seed is not None:
                    # Whatever is wrong with it, this one is made from the beginning.
                    drop_seed(self.request.services)
                    seed = None
                elif error.code is not Code.PORT_BUSY or not again:
                    # Somebody else may take a port that was free a moment ago: then others are tried.
                    raise
            self.clear()
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def clear(self) -> None:
        """End what runs, and take away all but the authority and the audit log's files."""
        places = self.places
        end_processes(places, spared=[one.pid for one in recorders(places.audit)])
        helms = [self.request.folder / name for name in ("charts", "helm")]
        for folder in (places.root, places.sockets, places.data, places.workstation, *helms):
            rmtree(folder, ignore_errors=True)
        places.certificates.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.authority.pair.write(places.certificates, "ca")

    def _run(self, seed: bytes | None) -> KubeApi:
        # Only what the programs need is made before they start; the rest while they do.
        with ThreadPoolExecutor(3, thread_name_prefix="start") as pool:
            enclosed = pool.submit(can_enclose)
            with self.log.phase("tools") as note:
                typed = pool.submit(candidate_tools, note, self.commands)
                tools = embedded_tools(note, self.commands)
            with self.log.phase("files"):
                ports = free_ports()
                self._write(ports, seed)
                self._write_place(ports, typed.result(), enclosed=enclosed.result())
                write_programs(
                    self.places,
                    ports,
                    tools,
                    anew=seed is None,
                    ample_memory=self.request.ample_memory,
                )
            with self.log.phase("programs"):
                self._start()
            place = pool.submit(self._workstation, typed.result())
            with self.log.phase("control plane"):
                api = self._control_plane()
            if seed is None:
                self._services(api, pool)
            else:
                self._services_again(api, ports, pool)
            place.result()
        if seed is None:
            self._keep(api)
        return api

    def _write(self, ports: Ports, seed: bytes | None) -> None:
        places = self.places
        places.root.mkdir(mode=0o700, exist_ok=True)
        places.sockets.mkdir(mode=0o700, exist_ok=True)
        if seed is not None:
            lay_out_seed(seed, places)
        make_data_folder(places.folder)
        self._candidate = write_credentials(places, ports, self.authority)

    def _write_place(self, ports: Ports, typed: dict[str, Path], *, enclosed: bool) -> None:
        make_places(self.places)
        if enclosed:
            write_enclosure(self.places, ports, typed)

    def _start(self) -> None:
        places = self.places
        start_recorder(places.audit, {MARK: str(places.folder)})
        process = detached(
            # Without what a virtual environment adds: it needs none of it.
            [sys.executable, "-sS", "-m", "grader.sandbox.embedded.supervisor", places.programs],
            {MARK: str(places.folder), "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
            places.logs / "supervisor.log",
        )
        remember(places, process.pid)

    def _control_plane(self) -> KubeApi:
        api = KubeApi(self.places.kubeconfig)

        def answers() -> bool:
            self._require_alive()
            try:
                answer = api.request("GET", "/api/v1/namespaces/default", timeout_s=_ANSWER_S)
            except GraderError:
                return False
            return answer.status == HTTPStatus.OK

        if not wait_until(answers, timeout_s=_API_S, pause_s=_LOOK_S):
            raise self._broken("the API server did not answer", "kube-apiserver")
        return api

    def _services(self, api: KubeApi, pool: ThreadPoolExecutor) -> None:
        bootstrapped = pool.submit(self._let_controllers_begin, api)
        with self.log.phase("access"):
            folder = data_folder("fixtures") / "cluster"
            for name in ("access.yaml", "embedded.yaml"):
                api.apply((folder / name).read_text("utf-8"))
        with self.log.phase("releases"):
            deploy(self.request.services, api, self.request.folder, self.commands)
        with self.log.phase("services ready"):
            bootstrapped.result()
            wait_ready(self.request.services, api, self.commands, self._require_alive)
        api.apply_object(_NODE_ROLE, manager="kubeadm")

    def _let_controllers_begin(self, api: KubeApi) -> None:
        def healthy() -> bool:
            self._require_alive()
            return api.request("GET", "/healthz").status == HTTPStatus.OK

        if not wait_until(healthy, timeout_s=_API_S, pause_s=_LOOK_S):
            raise self._broken("the API server did not become healthy", "kube-apiserver")
        self.places.bootstrapped.touch()

    def _services_again(self, api: KubeApi, ports: Ports, pool: ThreadPoolExecutor) -> None:
        """Wait for services that were there before: each has to answer now."""
        trust = pool.submit(self._trust, api)
        with self.log.phase("services ready"):
            wait_serving(self.request.services, api, ports.node, self._require_alive)
        trust.result()

    def _trust(self, api: KubeApi) -> None:
        with self.log.phase("trust"):
            renew_trust(api, self.authority.pair.certificate.decode("ascii"))

    def _keep(self, api: KubeApi) -> None:
        """Keep what the next sandbox of these services begins with; that none can be kept is no fault of this one."""
        with self.log.phase("seed") as note:
            try:
                keep_seed(self.request.services, take_snapshot(self.places, api))
            except (Unsettled, OSError) as problem:
                note(f"not kept: {problem}")

    def _workstation(self, typed: dict[str, Path]) -> None:
        enclosed = self.places.enclosure.exists()

        def there() -> bool:
            self._require_alive()
            return not enclosed or self.places.holder.exists()

        with self.log.phase("workstation"):
            fill(self.places, typed, enclosed=enclosed)
            give_access(self.places, self._candidate)
            if not wait_until(there, timeout_s=_PLACE_S, pause_s=_LOOK_S):
                raise self._broken("the workstation did not start", "workstation")

    def _require_alive(self) -> None:
        self.commands.require_wanted("waiting for the control plane")
        known = supervisor(self.places)
        if known is None or not known.alive:
            raise self._broken(
                "the sandbox's programs ended", given_up(self.places) or "supervisor"
            )

    def _broken(self, what: str, program: str) -> GraderError:
        log = self.places.logs / f"{program}.log"
        lines = log.read_text("utf-8", errors="replace").splitlines() if log.exists() else []
        # What it died of may stand far above its last words.
        telling = [line for line in lines[:-_TAIL_LINES] if fault_in(line)]
        return GraderError(
            Code.SANDBOX_BROKEN,
            what,
            where=str(log),
            hint="grader start again; if it stays so, grader doctor",
            detail="\n".join([*telling[-1:], *lines[-_TAIL_LINES:]]),
        )
