"""The embedded provider: makes sandboxes without an engine, finds them again, and ends them."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

from grader.checks.wording import both
from grader.model.audit import AuditExtract
from grader.model.errors import GraderError
from grader.model.observation import HttpProbe, KubeObject, PodLog, ProbeAnswer
from grader.model.phase import PhaseLog
from grader.model.text import Bilingual
from grader.sandbox.api import KubeApi, is_answering
from grader.sandbox.audit.extract import read_extract
from grader.sandbox.audit.watch import end_recorder, recorders, remains_of, start_recorder
from grader.sandbox.embedded.bring_up import BringUp
from grader.sandbox.embedded.credentials import authority_of
from grader.sandbox.embedded.known_objects import KnownObjects
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.reset import Reset
from grader.sandbox.embedded.running import MARK, end_processes, processes, supervisor
from grader.sandbox.embedded.store import Store
from grader.sandbox.embedded.workstation import FolderWorkstation
from grader.sandbox.faults import faults_named
from grader.sandbox.gone import sandbox_gone
from grader.sandbox.identity import Identity
from grader.sandbox.process import Commands
from grader.sandbox.protocol import ResourceList, SandboxRequest

# The holder of the credential that is the grader's own.
_OWN = frozenset({"kubernetes-admin"})


@dataclass(frozen=True)
class EmbeddedClusterReader:
    """Reads an embedded cluster through its API server, what it has read before only where it was written to since."""

    known: KnownObjects

    @property
    def api(self) -> KubeApi:
        """Its API server, by the grader's credential."""
        return self.known.api

    def objects(self) -> Mapping[str, Sequence[KubeObject]]:
        """Every object of every kind that can be listed, by "apiVersion/kind"."""
        return self.known.read()

    def probe(self, probe: HttpProbe, *, nonce: str) -> ProbeAnswer:
        """Ask a Service over HTTP, with the nonce in X-Grader-Nonce."""
        return self.api.probe(probe, nonce=nonce)

    def logs(
        self, namespace: str, labels: Mapping[str, str], *, lines: int = 500
    ) -> Sequence[PodLog]:
        """Logs of the pods with these labels, one entry a container."""
        return self.api.logs(namespace, labels, lines=lines)


@dataclass(frozen=True)
class EmbeddedSandbox:
    """A running embedded sandbox."""

    cluster: EmbeddedClusterReader
    workstation: FolderWorkstation

    def apply(self, manifests: str) -> None:
        """Create or update every object of a YAML stream with the grader's own credential."""
        self.cluster.api.apply(manifests)

    def audit(self, since: str) -> AuditExtract:
        """What the API server's audit log says since a moment."""
        places = self.workstation.places.audit
        return read_extract(places, since=since, own=_OWN, running=bool(recorders(places)))

    def runs_on(self) -> Mapping[str, Bilingual]:
        """That there is no engine, and what takes its place."""
        version = self.cluster.api.get("/version")["gitVersion"]
        enclosed = Bilingual("son propre système de fichiers", "its own file system")
        return {
            "engine": Bilingual("aucun : nœud simulé", "none: simulated node"),
            "kubernetes": both(version),
            "workstation": enclosed
            if self.workstation.enclosed
            else Bilingual("un dossier", "a folder"),
        }


class EmbeddedProvider:
    """Makes a control plane, a simulated node and a workstation's folder for each attempt."""

    name = "embedded"
    sandbox_mib = 450
    ample_mib = 1100
    # Measured by `grader bench embedded --at-once`.
    sandboxes_per_processor = 12
    # Half of the time a trial waits for something to settle, or to hold.
    trials_per_processor = 4.0
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
            "network-policy-enforced",
        }
    )

    def __init__(self) -> None:
        # Forgotten with the last sandbox that was given out of it.
        self._known: WeakValueDictionary[tuple[Path, Identity | None], KnownObjects] = (
            WeakValueDictionary()
        )

    def start(self, request: SandboxRequest, log: PhaseLog) -> EmbeddedSandbox:
        """Bring a sandbox up; on any error or interrupt, what was started is stopped before it is raised."""
        commands = Commands()
        with faults_named():
            try:
                BringUp(request, log, commands).run()
            except BaseException:
                commands.cancel()
                self.stop(request.attempt, request.folder, log)
                raise
        return self._sandbox(Places(request.folder))

    def open(self, attempt: str, folder: Path) -> EmbeddedSandbox:
        """The running sandbox of an attempt. Raises GraderError sandbox-gone."""
        places = Places(folder)
        known = supervisor(places)
        if known is None or not places.kubeconfig.exists():
            raise sandbox_gone(attempt, Bilingual("il n’a jamais été prêt", "it never got ready"))
        if not known.alive:
            raise sandbox_gone(
                attempt, Bilingual("ses programmes ne tournent pas", "its programs do not run")
            )
        # One that died is a finding; what comes after it need not be lost as well.
        start_recorder(places.audit, {MARK: str(folder)})
        return self._sandbox(places)

    def reset(self, request: SandboxRequest, log: PhaseLog) -> EmbeddedSandbox:
        """Bring a sandbox back to where its services had become healthy; its authority and its audit log go on.

        Where what is there can't be brought back, it is made anew in its place, from the seed of its services.

        Raises:
            GraderError: sandbox-gone, where it never got ready; or why the new one does not.
        """
        places = Places(request.folder)
        try:
            authority = authority_of(places)
        except (OSError, ValueError) as problem:
            raise sandbox_gone(
                request.attempt,
                Bilingual(
                    "son autorité de certification n’est plus là",
                    "its certificate authority is not there",
                ),
            ) from problem
        commands = Commands()
        with faults_named():
            try:
                _brought_back_or_anew(
                    Reset(request, authority, partial(self._known_of, places), log, commands),
                    # Another operation: what failed has called its programs off.
                    BringUp(request, log, Commands(), authority),
                )
            except BaseException:
                commands.cancel()
                BringUp(request, log, commands, authority).clear()
                raise
        return self._sandbox(places)

    def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
        """End all that the attempt's sandbox is made of, finished or half-started; nothing there is fine."""
        del attempt
        places = Places(folder)
        with log.phase("stop"):
            end_recorder(places.audit)
            end_processes(places)
            if not places.sockets.is_relative_to(folder):
                shutil.rmtree(places.sockets, ignore_errors=True)

    def remains(self, attempt: str, folder: Path) -> ResourceList:
        """What of an attempt's sandbox is there now."""
        del attempt
        places = Places(folder)
        recording = {one.pid for one in recorders(places.audit)}
        found = [f"process {one.pid}" for one in processes(places) if one.pid not in recording]
        if not places.sockets.is_relative_to(folder) and places.sockets.exists():
            found.append(f"folder {places.sockets}")
        known = supervisor(places)
        dead = ["control plane"] if known is None or not known.alive else []
        return remains_of(places.audit, ResourceList(tuple(found), tuple(dead)))

    def answers(self, attempt: str, folder: Path) -> bool:
        """Whether the API server of an attempt's sandbox answers; False too where there is none."""
        del attempt
        return is_answering(Places(folder).kubeconfig)

    def _sandbox(self, places: Places) -> EmbeddedSandbox:
        reader = EmbeddedClusterReader(self._known_of(places))
        return EmbeddedSandbox(reader, FolderWorkstation(places))

    def _known_of(self, places: Places) -> KnownObjects:
        """What was read of a sandbox; nothing where its programs are others than then: what they keep is, too."""
        of = (places.folder, supervisor(places))
        known = self._known.get(of)
        if known is None:
            known = KnownObjects(KubeApi(places.kubeconfig), Store(places.store).revisions)
            self._known[of] = known
        return known


def _brought_back_or_anew(reset: Reset, bring_up: BringUp) -> None:
    """Have the sandbox at its beginning; another one in its place where it can't be brought back, whatever the reason."""
    try:
        start_recorder(reset.places.audit, {MARK: str(reset.places.folder)})
        reset.run()
    except (GraderError, OSError, ValueError) as error:
        why = error.what if isinstance(error, GraderError) else str(error)
    else:
        return
    with bring_up.log.phase("clear") as note:
        note(f"made anew: {why}")
        bring_up.clear()
    bring_up.run()
