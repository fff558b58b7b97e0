"""Deploys the services as Helm releases, one each, as the studio does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi
from grader.sandbox.charts import stage_charts
from grader.sandbox.names import NAMESPACE
from grader.sandbox.process import Commands
from grader.sandbox.release_cache import load_seeds, save_seeds
from grader.sandbox.release_seed import replay
from grader.sandbox.tools.resolve import tool
from grader.sandbox.waiting import wait_until

_AT_ONCE = 3
_READY_S = 180


def deploy(services: Sequence[str], api: KubeApi, folder: Path, commands: Commands) -> None:
    """Install every service's chart with its default values.

    Args:
        services: Ids of the services.
        api: The cluster.
        folder: The attempt's folder, with the grader's kubeconfig.
        commands: Runs Helm, where this machine has not yet seen it install these charts.
    """
    seeds = load_seeds(services)
    if seeds is None:
        install(services, folder, commands)
        save_seeds(services, api)
    else:
        replay(seeds, api)


def install(services: Sequence[str], folder: Path, commands: Commands) -> None:
    """Let Helm install every service's chart; parameters as for `deploy`."""
    charts = folder / "charts"
    stage_charts(charts)
    helm = tool("helm")
    environment = {
        "KUBECONFIG": str(folder / "kubeconfig"),
        "HELM_CACHE_HOME": str(folder / "helm"),
        "HELM_CONFIG_HOME": str(folder / "helm"),
        "HELM_DATA_HOME": str(folder / "helm"),
    }

    def one(service: str) -> None:
        commands.run(
            [helm, "install", service, charts / service, "--namespace", NAMESPACE],
            environment=environment,
        ).checked(Code.SANDBOX_BROKEN)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, services))


def wait_ready(
    services: Sequence[str],
    api: KubeApi,
    commands: Commands,
    require_alive: Callable[[], None] | None = None,
) -> None:
    """Wait until every service's Deployment is complete.

    Args:
        services: Ids of the services.
        api: The cluster.
        commands: Raises where the operation was called off.
        require_alive: Raises where the cluster is gone; with it, an API server that is silent is asked again.

    Raises:
        GraderError: sandbox-broken, naming what is not complete.
    """
    path = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
    missing: set[str] = set(services)

    def all_ready() -> bool:
        commands.require_wanted("waiting for the services")
        try:
            items = api.get(path)["items"]
        except GraderError:
            if require_alive is None:
                raise
            require_alive()
            return False
        found = {item["metadata"]["name"]: item for item in items}
        missing.clear()
        missing.update(s for s in services if s not in found or not is_complete(found[s]))
        return not missing

    if not wait_until(all_ready, timeout_s=_READY_S, pause_s=0.1):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"these services did not become ready: {', '.join(sorted(missing))}",
            where=NAMESPACE,
            hint="grader start again; if it stays so, grader doctor",
            detail=_events(api),
        )


def is_complete(deployment: KubeObject) -> bool:
    """Whether a Deployment has all the pods that it wants, up to date and available."""
    status = deployment.get("status", {})
    wanted = deployment["spec"]["replicas"]
    return bool(
        status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
        and status.get("updatedReplicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
    )


def _events(api: KubeApi) -> str:
    items = api.get(f"/api/v1/namespaces/{NAMESPACE}/events")["items"]
    warnings = [i for i in items if i.get("type") == "Warning"][-10:]
    return "\n".join(
        f"{i['involvedObject'].get('name', '')}: {i.get('reason', '')}: {i.get('message', '')}"
        for i in warnings
    )
