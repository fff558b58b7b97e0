"""The kind provider: makes sandboxes, finds them again, and ends them."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.wording import both
from grader.model.audit import AuditExtract
from grader.model.errors import GraderError
from grader.model.observation import HttpProbe, KubeObject, PodLog, ProbeAnswer
from grader.model.phase import PhaseLog
from grader.model.text import Bilingual
from grader.sandbox.api import KubeApi, is_answering
from grader.sandbox.audit.extract import read_extract
from grader.sandbox.audit.places import AuditPlaces
from grader.sandbox.audit.watch import end_recorder, recorders, remains_of, start_recorder
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import examine_engine, find_engine
from grader.sandbox.faults import faults_named
from grader.sandbox.gone import sandbox_gone
from grader.sandbox.host import SANDBOX_MIB, require_inotify
from grader.sandbox.kind.bring_up import BringUp
from grader.sandbox.kind.node_image import reason_in_words
from grader.sandbox.kind.orphans import end_orphans
from grader.sandbox.kind.record import Record, load_record
from grader.sandbox.kind.removal import remaining, remove_all
from grader.sandbox.kind.reset import Reset
from grader.sandbox.names import NODE_DATA, Names
from grader.sandbox.process import Commands
from grader.sandbox.protocol import ResourceList, SandboxRequest
from grader.sandbox.workstation.container import ContainerWorkstation

# As kubeadm calls the holder of the credential that is the grader's own.
_OWN = frozenset({"kubernetes-admin"})


@dataclass(frozen=True)
class KindClusterReader:
    """Reads a kind cluster through its API server."""

    api: KubeApi

    def objects(self) -> Mapping[str, Sequence[KubeObject]]:
        """Every object of every kind that can be listed, by "apiVersion/kind"."""
        return self.api.objects()

    def probe(self, probe: HttpProbe, *, nonce: str) -> ProbeAnswer:
        """Ask a Service over HTTP, with the nonce in X-Grader-Nonce."""
        return self.api.probe(probe, nonce=nonce)

    def logs(
        self, namespace: str, labels: Mapping[str, str], *, lines: int = 500
    ) -> Sequence[PodLog]:
        """Logs of the pods with these labels, one entry a container."""
        return self.api.logs(namespace, labels, lines=lines)


@dataclass(frozen=True)
class KindSandbox:
    """A running sandbox on kind."""

    cluster: KindClusterReader
    workstation: ContainerWorkstation
    record: Record
    folder: Path

    def apply(self, manifests: str) -> None:
        """Create or update every object of a YAML stream with the grader's own credential."""
        self.cluster.api.apply(manifests)

    def audit(self, since: str) -> AuditExtract:
        """What the API server's audit log says since a moment."""
        places = AuditPlaces(self.folder)
        return read_extract(places, since=since, own=_OWN, running=bool(recorders(places)))

    def runs_on(self) -> Mapping[str, Bilingual]:
        """The engine, Kubernetes' version and the node image with the reason for it."""
        version = self.cluster.api.get("/version")["gitVersion"]
        engine, image = self.workstation.engine, self.record.node_image
        reason = reason_in_words(self.record.node_image_reason)
        return {
            "engine": both(f"{engine.name} {engine.version}"),
            "kubernetes": both(version),
            "image": Bilingual(f"{image} ({reason.fr})", f"{image} ({reason.en})"),
        }


class KindProvider:
    """Makes a kind cluster and a workstation for each attempt."""

    name = "kind"
    sandbox_mib = ample_mib = SANDBOX_MIB
    # At rest a sandbox takes a fifth of a processor.
    sandboxes_per_processor = 4
    trials_per_processor = 0.7
    # NetworkPolicies are stored but not enforced: the node image's network is a plain bridge.
    offers = frozenset(
        {
            "workloads",
            "logs",
            "port-forward",
            "exec",
            "helm",
            "dns",
            "storage",
            "nodes",
            "small-disk",
        }
    )

    def __init__(self) -> None:
        self._engines: dict[Path, Engine] = {}

    def start(self, request: SandboxRequest, log: PhaseLog) -> KindSandbox:
        """Bring a sandbox up; on any error or interrupt, what was started is stopped before it is raised."""
        engine = find_engine()
        if engine.rootless or os.geteuid() == 0:
            require_inotify()
        commands = Commands()
        bring_up = BringUp(engine, request, log, commands)
        with faults_named():
            try:
                api = bring_up.run()
            except BaseException as error:
                commands.cancel()
                self._stop_after(error, request, log)
                raise
        place = ContainerWorkstation(engine, bring_up.names.workstation)
        return KindSandbox(KindClusterReader(api), place, bring_up.record, request.folder)

    def _stop_after(self, error: BaseException, request: SandboxRequest, log: PhaseLog) -> None:
        """Stop what a failed start has started; why it failed says more than why it can't be stopped."""
        try:
            self.stop(request.attempt, request.folder, log)
        except GraderError as problem:
            if not isinstance(error, GraderError):
                raise
            left = f"{problem}; what was started may still be there: grader stop {request.attempt}"
            error.detail = f"{error.detail}\n{left}" if error.detail else left

    def open(self, attempt: str, folder: Path) -> KindSandbox:
        """The running sandbox of an attempt. Raises GraderError sandbox-gone."""
        names = Names(attempt)
        return self._opened(attempt, folder, (names.node, names.workstation))

    def _opened(self, attempt: str, folder: Path, running: Sequence[str]) -> KindSandbox:
        """The sandbox, of which these containers must run."""
        record = load_record(folder)
        kubeconfig = folder / "kubeconfig"
        if record is None or not kubeconfig.exists():
            raise sandbox_gone(attempt, Bilingual("il n’a jamais été prêt", "it never got ready"))
        engine = examine_engine(record.engine, record.engine_address)
        names = Names(attempt)
        for name in running:
            found = engine.container(name)
            if found is None or not found["State"]["Running"]:
                raise sandbox_gone(
                    attempt,
                    Bilingual(
                        f"le conteneur {name} ne tourne pas", f"the container {name} does not run"
                    ),
                )
        # One that died is a finding; what comes after it need not be lost as well.
        start_recorder(AuditPlaces(folder))
        return KindSandbox(
            KindClusterReader(KubeApi(kubeconfig)),
            ContainerWorkstation(engine, names.workstation),
            record,
            folder,
        )

    def reset(self, request: SandboxRequest, log: PhaseLog) -> KindSandbox:
        """Bring a running sandbox back to where its services had become healthy; its workstation is a new one.

        Raises:
            GraderError: sandbox-gone; sandbox-broken, where it is not as it was: it can't be used any more.
        """
        # Whoever broke the workstation gets another one.
        node = Names(request.attempt).node
        sandbox = self._opened(request.attempt, request.folder, [node])
        commands = Commands()
        engine = sandbox.workstation.engine
        with faults_named():
            try:
                Reset(engine, request, sandbox.record, log, commands).run(sandbox.cluster.api)
            except BaseException:
                commands.cancel()
                raise
        return sandbox

    def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
        """End all that the attempt's sandbox is made of, finished or half-started; nothing there is fine."""
        names = Names(attempt)
        with log.phase("stop"):
            end_orphans(names.cluster)
            engine = self._engine_of(folder)
            if os.geteuid() != 0:
                # The services wrote as a user that only a container can be.
                engine.execute(
                    names.node, "sh", "-c", f"rm -rf {NODE_DATA}/*/* {NODE_DATA}/*/.[!.]*"
                )
            remove_all(engine, names)
            end_recorder(AuditPlaces(folder))

    def remains(self, attempt: str, folder: Path) -> ResourceList:
        """What of an attempt's sandbox is there now."""
        try:
            there = remaining(self._engine_of(folder), Names(attempt))
        except GraderError as problem:
            return ResourceList((f"unknown: {problem.what}",))
        return remains_of(AuditPlaces(folder), there)

    def answers(self, attempt: str, folder: Path) -> bool:
        """Whether the API server of an attempt's sandbox answers; False too where there is none."""
        del attempt
        return is_answering(folder / "kubeconfig")

    def _engine_of(self, folder: Path) -> Engine:
        """The engine of an attempt, asked once whether it works: `stop` and the look after it need it both."""
        if folder not in self._engines:
            record = load_record(folder)
            self._engines[folder] = (
                examine_engine(record.engine, record.engine_address) if record else find_engine()
            )
        return self._engines[folder]
