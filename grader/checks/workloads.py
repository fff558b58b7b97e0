"""Deployments and pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.checks.objects import ObjectView


class PodView(ObjectView):
    """A pod."""

    @property
    def phase(self) -> str:
        """Pending, Running, Succeeded, Failed or Unknown."""
        return str(self.field("status", "phase", default="Pending"))

    @property
    def ready(self) -> bool:
        """Whether it takes part in its Services: ready, and not being deleted."""
        conditions = self.field("status", "conditions", default=())
        ready = any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions)
        return ready and not self.terminating

    @property
    def addresses(self) -> frozenset[str]:
        """Its IP addresses."""
        listed = (entry.get("ip") for entry in self.field("status", "podIPs", default=()))
        return frozenset(str(ip) for ip in (self.field("status", "podIP"), *listed) if ip)

    @property
    def restarts(self) -> int:
        """How often its containers were restarted, added up."""
        return sum(int(status.get("restartCount", 0)) for status in self.container_statuses)

    @property
    def images(self) -> Mapping[str, str]:
        """Image by container, with native sidecars.

        As the spec has it: the status may name any other tag of the same image.
        """
        return _images(self.field("spec", default={}))

    @property
    def container_statuses(self) -> Sequence[Mapping[str, Any]]:
        """Statuses of its containers and init containers, as the kubelet reports them."""
        return (
            *self.field("status", "initContainerStatuses", default=()),
            *self.field("status", "containerStatuses", default=()),
        )


class DeploymentView(ObjectView):
    """A Deployment and the pods that it owns."""

    @property
    def replicas(self) -> int:
        """How many pods it is to have."""
        return int(self.field("spec", "replicas", default=1))

    @property
    def images(self) -> Mapping[str, str]:
        """Image by container of its template, with native sidecars."""
        return _images(self.field("spec", "template", "spec", default={}))

    @property
    def pods(self) -> Sequence[PodView]:
        """The pods it owns through its ReplicaSets, whatever their labels; terminating ones too."""
        mine = self.uid
        if not mine:
            return []
        # Only those that are its own are looked at: others' changes are none of its.
        cluster, place = self._cluster, self.namespace
        sets = cluster._controlled(ObjectView, "apps/v1/ReplicaSet", place, {mine})  # noqa: SLF001
        return cluster._controlled(PodView, "v1/Pod", place, {one.uid for one in sets})  # noqa: SLF001

    @property
    def ready_pods(self) -> Sequence[PodView]:
        """Those of its pods that are ready, by the pods' own word."""
        return [pod for pod in self.pods if pod.ready]

    @property
    def rolled_out(self) -> bool:
        """Whether the controller has seen its latest form and every pod is of that form and ready."""
        generation = int(self.field("metadata", "generation", default=0))
        status = self.field("status", default={})
        counted = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas")]
        seen = int(status.get("observedGeneration", 0)) >= generation
        return seen and all(count == self.replicas for count in counted)


def _images(pod_spec: Any) -> Mapping[str, str]:
    sidecars = [
        c for c in pod_spec.get("initContainers") or () if c.get("restartPolicy") == "Always"
    ]
    containers = [*(pod_spec.get("containers") or ()), *sidecars]
    return {str(c.get("name")): str(c.get("image", "")) for c in containers}
