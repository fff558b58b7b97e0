"""Kinds of which an embedded cluster's API server keeps nothing beside the object store.

Of each kind for which it has a cache of what was written last, it wakes once a second and more: for these, more than a third of
all that an API server at rest has to do. Of these kinds hardly anything is written or read, and the store itself tells who wants to know of it.
"""

from __future__ import annotations

SELDOM_WRITTEN = {
    "": (
        "limitranges",
        "persistentvolumeclaims",
        "persistentvolumes",
        "podtemplates",
        "replicationcontrollers",
        "resourcequotas",
    ),
    "admissionregistration.k8s.io": (
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    ),
    "apps": ("controllerrevisions", "daemonsets", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "certificates.k8s.io": (
        "certificatesigningrequests",
        "clustertrustbundles",
        "podcertificaterequests",
    ),
    "coordination.k8s.io": ("leases",),
    "flowcontrol.apiserver.k8s.io": ("flowschemas", "prioritylevelconfigurations"),
    "networking.k8s.io": (
        "ingressclasses",
        "ingresses",
        "ipaddresses",
        "networkpolicies",
        "servicecidrs",
    ),
    "node.k8s.io": ("runtimeclasses",),
    "policy": ("poddisruptionbudgets",),
    "rbac.authorization.k8s.io": ("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
    "resource.k8s.io": (
        "deviceclasses",
        "devicetaintrules",
        "resourceclaims",
        "resourceclaimtemplates",
        "resourceslices",
    ),
    "scheduling.k8s.io": ("priorityclasses",),
    "storage.k8s.io": (
        "csidrivers",
        "csinodes",
        "csistoragecapacities",
        "storageclasses",
        "volumeattachments",
        "volumeattributesclasses",
    ),
    "storagemigration.k8s.io": ("storageversionmigrations",),
}
"""By API group; "" is the core."""


def watch_cache_sizes() -> str:
    """The API server's setting of that name, by which it has no cache of them."""
    kinds = (f"{kind}.{group}".rstrip(".") for group, of in SELDOM_WRITTEN.items() for kind in of)
    return ",".join(f"{kind}#0" for kind in kinds)
