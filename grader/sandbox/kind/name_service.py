"""The cluster's name service: without it healthy services do not find each other."""

from __future__ import annotations

from grader.model.errors import Code, GraderError
from grader.sandbox.api import KubeApi
from grader.sandbox.process import Commands
from grader.sandbox.waiting import wait_until

_DEPLOYMENTS = "/apis/apps/v1/namespaces/kube-system/deployments"
_NAME = "coredns"
_READY_S = 120


def wait_for_name_service(api: KubeApi, commands: Commands) -> None:
    """Wait until one of its pods answers.

    kubeadm deploys it as one of the last things, and nothing that it brings up itself needs it.

    Raises:
        Cancelled: The start was called off.
        GraderError: sandbox-broken, after two minutes.
    """

    def available() -> bool:
        commands.require_wanted("waiting for the name service")
        return any(
            item["metadata"]["name"] == _NAME and item.get("status", {}).get("availableReplicas")
            for item in api.get(_DEPLOYMENTS)["items"]
        )

    if not wait_until(available, timeout_s=_READY_S, pause_s=0.1):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"the cluster's name service did not become ready: no pod of {_NAME} is available",
            where="kube-system",
            hint="grader start again; if it stays so, grader doctor",
        )
