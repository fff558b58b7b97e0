"""Times a sandbox's start, and beside it, in the same run, what kind by itself takes for the same cluster.

Theirs is what a person would type without the grader: `kind create cluster`, `kind load image-archive`,
`kubectl apply` of the same manifests, `kubectl wait`. Ours does all that and more: a network of its own, the
workstation, Helm releases, rights, closed egress and its proof. Both use the same node image, programs and engine.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import Code
from grader.model.measured import Measured, median, medians
from grader.model.phase import PhaseLog
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.charts import stage_charts
from grader.sandbox.data import make_data_folder
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import find_engine
from grader.sandbox.image.build import ensure_image, stub_archive
from grader.sandbox.image.node import node_reference
from grader.sandbox.kind.config import bare_config
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.kind.removal import remove_all
from grader.sandbox.names import NAMESPACE, Names
from grader.sandbox.process import Commands
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.services import services
from grader.sandbox.tools.resolve import tool

_KIND_S = 600


@dataclass(frozen=True, kw_only=True)
class MeasuredSandbox(Measured):
    """What was measured of sandboxes on kind.

    Attributes:
        stop_s: How long ours takes to end.
    """

    stop_s: float


def bench_sandbox(log: PhaseLog, *, runs: int = 3) -> MeasuredSandbox:
    """Time `runs` pairs, ours and theirs in turn, after one start of ours that is not counted."""
    engine = find_engine()
    with log.phase("preparing") as note:
        bare = node_reference(with_stubs=False)
        ensure_image(engine, bare, note, Commands())
        archive = stub_archive(note, Commands(), stable_only=True)
        _ours(PhaseLog())
    ours: list[tuple[PhaseLog, float, float]] = []
    theirs: list[PhaseLog] = []
    for number in range(1, runs + 1):
        with log.phase(f"ours {number}"):
            ours.append(_ours(PhaseLog()))
        with log.phase(f"kind by itself {number}"):
            theirs.append(_theirs(engine, bare, archive))
    ratios = [o[1] / t.total_s for o, t in zip(ours, theirs, strict=True)]
    return MeasuredSandbox(
        name="sandbox",
        ours_s=median([o[1] for o in ours]),
        theirs_s=median([t.total_s for t in theirs]),
        ratio=median(ratios),
        phases={"ours": _phases([o[0] for o in ours]), "theirs": _phases(theirs)},
        compared_with="kind create cluster + kind load image-archive + kubectl apply + kubectl wait",
        runs=runs,
        stop_s=median([o[2] for o in ours]),
    )


def _ours(log: PhaseLog) -> tuple[PhaseLog, float, float]:
    """Start and stop one sandbox: its phases, and the seconds of both."""
    provider = KindProvider()
    attempt = f"bench{secrets.token_hex(2)}"
    with bench_folder() as folder:
        began = time.monotonic()
        try:
            provider.start(SandboxRequest(attempt, folder, tuple(services())), log)
            ready_s = time.monotonic() - began
        finally:
            ended = time.monotonic()
            provider.stop(attempt, folder, PhaseLog())
        return log, ready_s, time.monotonic() - ended


def _theirs(engine: Engine, image: str, archive: Path) -> PhaseLog:
    """Make the same cluster as a person would; its phases, one after the other."""
    log = PhaseLog()
    names = Names(f"bare{secrets.token_hex(2)}")
    commands = Commands({**engine.environment})
    kind, kubectl = tool("kind"), tool("kubectl")
    with bench_folder() as folder:
        manifests = _manifests(folder)
        config = folder / "kind.yaml"
        config.write_text(bare_config(make_data_folder(folder), own_image=True), encoding="utf-8")
        network = f"KIND_EXPERIMENTAL_{engine.name.upper()}_NETWORK"
        environment = {"KUBECONFIG": str(folder / "kubeconfig"), network: names.network}
        cluster = ("--name", names.cluster)
        steps: list[tuple[str, Sequence[str | Path]]] = [
            (
                "kind create",
                [kind, "create", "cluster", *cluster, "--image", image, "--config", config],
            ),
            ("kind load", [kind, "load", "image-archive", archive, *cluster]),
            ("kubectl apply", [kubectl, "apply", "--filename", manifests]),
            (
                "kubectl wait",
                [
                    *(kubectl, "wait", "--for=condition=Available", "deployment", "--all"),
                    *("--namespace", NAMESPACE, "--timeout=300s"),
                ],
            ),
        ]
        try:
            # The log counts from its making; the manifests are no part of the comparison.
            log = PhaseLog()
            for name, words in steps:
                with log.phase(name):
                    commands.run(words, environment=environment, timeout_s=_KIND_S).checked(
                        Code.SANDBOX_BROKEN
                    )
        finally:
            remove_all(engine, names)
    return log


def _manifests(folder: Path) -> Path:
    """The namespace, and every chart rendered with its default values, in one file."""
    stage_charts(folder / "charts")
    helm = tool("helm")
    parts = [f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {NAMESPACE}\n"]
    for service in services():
        chart = folder / "charts" / service
        output = Commands().run([helm, "template", service, chart, "--namespace", NAMESPACE])
        # Rendered manifests name no namespace; `helm install` would add it on the way.
        text = output.checked(Code.SANDBOX_BROKEN).text
        parts.append(text.replace("\nmetadata:\n", f"\nmetadata:\n  namespace: {NAMESPACE}\n"))
    path = folder / "manifests.yaml"
    path.write_text("---\n".join(parts), encoding="utf-8")
    return path


def _phases(logs: Sequence[PhaseLog]) -> dict[str, float]:
    return medians([{phase.name: phase.seconds for phase in log.phases} for log in logs])
