"""Services and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.checks.objects import ObjectView

SLICE = "discovery.k8s.io/v1/EndpointSlice"


class ServiceView(ObjectView):
    """A Service."""

    @property
    def ports(self) -> Sequence[Mapping[str, Any]]:
        """Its ports as the API server has them."""
        return tuple(self.field("spec", "ports", default=()))

    @property
    def port_numbers(self) -> frozenset[int]:
        """The numbers of its ports."""
        return frozenset(int(port["port"]) for port in self.ports if "port" in port)

    @property
    def selector(self) -> Mapping[str, str]:
        """The labels of the pods it sends to; empty where somebody else names them."""
        found = self.field("spec", "selector", default={})
        return found if isinstance(found, Mapping) else {}

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses that it sends requests to now, of every EndpointSlice, by whomever written."""
        return frozenset(
            str(address)
            for entry in self._endpoints()
            if (entry.get("conditions") or {}).get("ready") is not False
            for address in entry.get("addresses") or ()
        )

    def _endpoints(self) -> Sequence[Mapping[str, Any]]:
        self.raw  # noqa: B018 - fails the check where there is no such Service
        slices = self._cluster.all(
            SLICE, namespace=self.namespace, labels={"kubernetes.io/service-name": self.name}
        )
        return [entry for piece in slices for entry in piece.field("endpoints", default=())]
