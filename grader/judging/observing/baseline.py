"""Whether the baseline shows all that was there: from a partial one nothing could be told."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.cluster import Cluster
from grader.model.observation import Observation

_COMMON = ("v1/Namespace", "apps/v1/Deployment", "v1/Service", "v1/ConfigMap", "v1/Secret")
_OF_EACH = ("apps/v1/Deployment", "v1/Service")
_NAMED_AT_MOST = 5


def missing_from(baseline: Observation, services: Sequence[str]) -> str:
    """What a baseline lacks, in words; "" where it has every service and every common kind.

    Args:
        baseline: Taken when the services were healthy.
        services: Ids of those that were deployed.
    """
    cluster = Cluster(baseline.objects)
    lacking = [f"any {kind}" for kind in _COMMON if not baseline.objects.get(kind)]
    lacking += [
        f"{kind} {service}"
        for service in services
        for kind in _OF_EACH
        if not cluster.get(kind, service).exists
    ]
    more = ["…"] if len(lacking) > _NAMED_AT_MOST else []
    return ", ".join([*lacking[:_NAMED_AT_MOST], *more])
