"""Brings one sandbox up, doing at once what does not wait for something else.

kind (one process) ─┬─ node ─┬─ egress closed ── API ready ── access ── releases ── services ready ─┬─ proof
                    │        └─ workstation ── its egress closed ── candidate's kubeconfig ─────────┤
                    └───────────────────────── kind is done ───────────────────────────────────────┘
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.api import KubeApi
from grader.sandbox.audit.places import AuditPlaces
from grader.sandbox.audit.watch import lay_out, start_recorder
from grader.sandbox.data import make_data_folder
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import engine_address
from grader.sandbox.host import require_modules_folder
from grader.sandbox.image.build import ensure_image, stub_archive
from grader.sandbox.image.workstation import workstation_reference
from grader.sandbox.kind.access import (
    CANDIDATE,
    give_access,
    grader_kubeconfig,
    node_network,
    wait_for_api,
)
from grader.sandbox.kind.config import kind_config, write_patches
from grader.sandbox.kind.egress import close_node, prove_node
from grader.sandbox.kind.name_service import wait_for_name_service
from grader.sandbox.kind.node_image import NodeImage, choose_node_image
from grader.sandbox.kind.origin import keep_origin
from grader.sandbox.kind.record import Record
from grader.sandbox.names import LABEL, Names
from grader.sandbox.process import Cancelled, Commands
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.releases import deploy, wait_ready
from grader.sandbox.settings import data_folder
from grader.sandbox.tools.resolve import tool
from grader.sandbox.waiting import wait_until
from grader.sandbox.workstation.start import start_workstation

_KIND_S = 300
_NODE_S = 60
_IMPORT_S = 180
_LAST_WORDS_S = 5
_STUB_PROCESS = "/app/serve.py"


@dataclass
class BringUp:
    """One start of one sandbox.

    Args:
        engine: Where.
        request: What is wanted.
        log: Told of every phase.
        commands: Runs everything; cancelling it ends the start.
    """

    engine: Engine
    request: SandboxRequest
    log: PhaseLog
    commands: Commands
    names: Names = field(init=False)
    record: Record = field(init=False)
    _image: NodeImage = field(init=False)
    _api: KubeApi | None = None
    _node: dict[str, str] = field(default_factory=dict)
    _node_up: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.names = Names(self.request.attempt)

    def run(self) -> KubeApi:
        """Bring it up; the API by the grader's credential.

        Raises:
            GraderError: What went wrong; everything that was started is still there.
        """
        self._prepare()
        with ThreadPoolExecutor(4) as pool:
            steps = [self._cluster, self._services, self._workstation]
            if not self._image.own:
                steps.append(self._stub_images)
            work: list[Future[None]] = [pool.submit(step) for step in steps]
            try:
                finished, _ = wait(work, return_when=FIRST_EXCEPTION)
            except BaseException:
                self._call_off()
                raise
            failed = [future for future in finished if future.exception()]
            if failed:
                if not self._node_is_there():
                    # kind takes the node away when it gives up, and then says why.
                    wait(work[:1], timeout=_LAST_WORDS_S)
                self._call_off()
                _raise_cause(work)
        if self._api is None:
            raise GraderError(Code.SANDBOX_BROKEN, "the cluster has no API server")
        node, commands = self.names.node, self.commands
        with ThreadPoolExecutor(1) as pool, self.log.phase("egress proof"):
            # What a reset goes back to is kept beside it.
            kept = pool.submit(
                keep_origin, self.engine, node, self._api, self.request.folder, commands
            )
            prove_node(self.engine, node, _STUB_PROCESS, self._node["gateway"], commands)
            kept.result()
        return self._api

    def _node_is_there(self) -> bool:
        try:
            found = self.engine.container(self.names.node)
        except GraderError:
            return True
        return bool(found and found["State"]["Running"])

    def _call_off(self) -> None:
        self.commands.cancel()
        # Those who wait for the node wake up, and see that it is over.
        self._node_up.set()

    def _prepare(self) -> None:
        with self.log.phase("images") as note:
            self._image = choose_node_image(self.engine, note, self.commands)
            workstation = workstation_reference()
            ensure_image(self.engine, workstation, note, self.commands)
            tool("kind", note, self.commands)
            tool("kubectl", note, self.commands)
            tool("helm", note, self.commands)
        self.record = Record(
            engine=self.engine.name,
            engine_address=engine_address(),
            node_image=self._image.reference,
            node_image_reason=self._image.reason,
            workstation_image=workstation,
        )
        self.record.save(self.request.folder)
        require_modules_folder()
        make_data_folder(self.request.folder)
        # Before the API server is there, so that nothing is said to it unheard.
        lay_out(AuditPlaces(self.request.folder), CANDIDATE)
        start_recorder(AuditPlaces(self.request.folder))
        with self.log.phase("network"):
            label = f"{LABEL}={self.request.attempt}"
            self.engine.run(
                "network", "create", "--label", label, self.names.network, commands=self.commands
            ).checked(Code.ENGINE_STOPPED, hint="grader doctor")

    def _cluster(self) -> None:
        folder = self.request.folder
        config = folder / "kind.yaml"
        audit = AuditPlaces(folder).source
        patches = folder / "kubeadm"
        write_patches(patches)
        text = kind_config(folder / "data", audit, patches, own_image=self._image.own)
        config.write_text(text, encoding="utf-8")
        root = Path(__file__).resolve().parents[3]
        network = f"KIND_EXPERIMENTAL_{self.engine.name.upper()}_NETWORK"
        with self.log.phase("cluster") as note:
            self.commands.run(
                [
                    sys.executable,
                    "-m",
                    "grader.sandbox.kind.create",
                    self.names.cluster,
                    self._image.reference,
                    tool("kind"),
                    tool("kubectl"),
                    folder / "kind.kubeconfig",
                    config,
                ],
                cwd=folder,
                environment={
                    **self.engine.environment,
                    network: self.names.network,
                    "PYTHONPATH": str(root),
                },
                timeout_s=_KIND_S,
                on_line=_progress(note),
            ).checked(Code.SANDBOX_BROKEN, hint="grader doctor")

    def _services(self) -> None:
        api = self._control_plane()
        with self.log.phase("access"):
            api.apply((data_folder("fixtures") / "cluster" / "access.yaml").read_text("utf-8"))
        with self.log.phase("releases"):
            deploy(self.request.services, api, self.request.folder, self.commands)
        with self.log.phase("services ready"):
            wait_ready(self.request.services, api, self.commands)
            wait_for_name_service(api, self.commands)

    def _control_plane(self) -> KubeApi:
        node = self.names.node
        with self.log.phase("node"):
            if not wait_until(self._node_is_up, timeout_s=_NODE_S, pause_s=0.2):
                raise GraderError(Code.SANDBOX_BROKEN, "the node's container did not start", node)
        self._node_up.set()
        with self.log.phase("egress"):
            close_node(self.engine, node, self.commands)
        with self.log.phase("control plane"):
            port = int(self._node["port"])
            wait_for_api(port, self.commands)
            kubeconfig = self.request.folder / "kubeconfig"
            self._api = grader_kubeconfig(self.engine, node, port, kubeconfig, self.commands)
        replace(self.record, api_port=port).save(self.request.folder)
        return self._api

    def _node_is_up(self) -> bool:
        self.commands.require_wanted("waiting for the node")
        found = self.engine.container(self.names.node)
        if not found or not found["State"]["Running"]:
            return False
        network = found["NetworkSettings"]["Networks"].get(self.names.network, {})
        ports = found["NetworkSettings"]["Ports"].get("6443/tcp") or []
        if not ports or not network.get("IPAddress"):
            return False
        self._node = {
            "port": ports[0]["HostPort"],
            "gateway": network["Gateway"],
        }
        return True

    def _stub_images(self) -> None:
        """Bring the stub images into a node that does not have them, while its control plane starts."""
        self._node_up.wait()
        self.commands.require_wanted("waiting for the node")
        with (
            self.log.phase("stub images") as note,
            stub_archive(note, self.commands).open("rb") as archive,
        ):
            ctr = "ctr --namespace=k8s.io"
            script = (
                f"until {ctr} version >/dev/null 2>&1; do sleep 0.1; done; "
                f"{ctr} images import --snapshotter=overlayfs -"
            )
            self.engine.execute(
                self.names.node,
                *("timeout", str(_IMPORT_S), "sh", "-c", script),
                stdin=archive,
                timeout_s=_IMPORT_S,
                commands=self.commands,
            ).checked(Code.SANDBOX_BROKEN)

    def _workstation(self) -> None:
        # Until the node runs every processor is needed for it; then it waits for its control plane.
        self._node_up.wait()
        self.commands.require_wanted("waiting for the node")
        with self.log.phase("workstation"):
            start_workstation(
                self.engine,
                self.names,
                self.record.workstation_image,
                self.request.folder,
                self.commands,
                disk_mib=self.request.disk_mib,
            )
        with self.log.phase("candidate access"):
            network = node_network(self.engine, self.names)
            give_access(self.engine, self.names, self.request.folder, network, self.commands)


def _progress(note: Callable[[str], None]) -> Callable[[str], None]:
    def line(text: str) -> None:
        # kind marks its steps with a bullet and ends each with a tick.
        words = text.strip().lstrip("•✓✗ ").split(" ")
        kept = " ".join(word for word in words if word.isascii()).rstrip(" .")
        if text.strip().startswith("•"):
            note(kept)

    return line


def _raise_cause(work: list[Future[None]]) -> None:
    """Raise the first error that is not the mere consequence of another."""
    errors = [error for future in work if (error := future.exception())]
    errors.sort(
        key=lambda error: (isinstance(error, Cancelled), not isinstance(error, GraderError))
    )
    raise errors[0]
