"""How everything of an attempt is called on this machine, so that it can be found again by name alone."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "pivori-production"
STUDIO = "/home/ubuntu/pivori-studio"
WORKSTATION_HOST = "studio"
NODE_DATA = "/srv/pivori-studio/data"
LABEL = "app.pivori.grader.attempt"


@dataclass(frozen=True)
class Names:
    """The names of one attempt's parts."""

    attempt: str

    @property
    def cluster(self) -> str:
        """The kind cluster, and the prefix of all the others."""
        return f"grader-{self.attempt}"

    @property
    def node(self) -> str:
        """The container of the cluster's only node, as kind calls it."""
        return f"{self.cluster}-control-plane"

    @property
    def workstation(self) -> str:
        """The workstation's container."""
        return f"{self.cluster}-workstation"

    @property
    def network(self) -> str:
        """The network that the two share with nobody else."""
        return self.cluster
