"""The configuration that kind makes a sandbox's cluster from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from grader.sandbox.audit.policy import arguments as audit_arguments
from grader.sandbox.names import NODE_DATA

SERVICE_SUBNET = "10.96.0.0/16"
POD_SUBNET = "10.244.0.0/16"
# One object store, one scheduler and one controller on a node that lives for an hour: nobody to elect,
# nothing to spare the API server from, and no power cut to survive.
_EAGER = {"leader-elect": "false", "kube-api-qps": "500", "kube-api-burst": "1000"}
# Memory is less scarce at the start than processors: collect garbage a quarter as often.
_LAVISH = {"name": "GOGC", "value": "400"}
NODE_AUDIT = "/var/log/grader-audit"
"""Where the node, and the API server in it, has the audit log."""


NODE_PATCHES = "/etc/grader/kubeadm"
"""Where the node has what kubeadm is to change of what it deploys."""


def write_patches(folder: Path) -> None:
    """Write what kubeadm is to change, in files named as it wants them: target, kind of patch.

    Until the name service is ready nothing finds anything by name. It would come long after the services: it asks
    the API server by its Service, which kube-proxy has to be there for, and a kubelet whose first try fails tries
    again after ten seconds. And one is enough for one node.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address = {"valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}
    container = {
        "name": "coredns",
        "env": [
            {"name": "KUBERNETES_SERVICE_HOST", **address},
            {"name": "KUBERNETES_SERVICE_PORT", "value": "6443"},
        ],
        "readinessProbe": {"periodSeconds": 1},
    }
    patch = {"spec": {"replicas": 1, "template": {"spec": {"containers": [container]}}}}
    file = folder / "corednsdeployment+strategic.yaml"
    file.write_text(yaml.safe_dump(patch), encoding="utf-8")


def kind_config(data: Path, audit: Path, patches: Path, *, own_image: bool) -> str:
    """Kind's YAML.

    Args:
        data: The folder on this machine that holds the services' data.
        audit: The folder on this machine that holds the audit policy, and gets the audit log.
        patches: The folder on this machine that `write_patches` wrote.
        own_image: Whether the node image is ours, which has its own network plugin.
    """
    cluster: dict[str, Any] = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {
            "disableDefaultCNI": own_image,
            "podSubnet": POD_SUBNET,
            "serviceSubnet": SERVICE_SUBNET,
        },
        "nodes": [_node({data: NODE_DATA, audit: NODE_AUDIT, patches: NODE_PATCHES})],
        "kubeadmConfigPatches": [yaml.safe_dump(patch) for patch in _patches()],
    }
    return yaml.safe_dump(cluster, sort_keys=False)


def bare_config(data: Path, *, own_image: bool) -> str:
    """The least configuration that this machine allows, for comparison with kind as it is."""
    cluster = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {"disableDefaultCNI": own_image},
        "nodes": [_node({data: NODE_DATA})],
        "kubeadmConfigPatches": [yaml.safe_dump(_kubelet())],
    }
    return yaml.safe_dump(cluster, sort_keys=False)


def _node(folders: dict[Path, str]) -> dict[str, Any]:
    mounts = [{"hostPath": str(here), "containerPath": there} for here, there in folders.items()]
    return {"role": "control-plane", "extraMounts": mounts}


def _patches() -> list[dict[str, Any]]:
    return [
        _kubelet(),
        {
            "kind": "InitConfiguration",
            # Images are there already; and a kubelet that is restarted for a certificate that rotates
            # after a year costs a second now.
            "skipPhases": ["preflight", "kubelet-finalize"],
            "patches": {"directory": NODE_PATCHES},
            "nodeRegistration": {
                # kind takes this taint away at the end; until then it must not keep services waiting.
                "taints": [
                    {"key": "node-role.kubernetes.io/control-plane", "effect": "PreferNoSchedule"}
                ]
            },
        },
        {
            "kind": "ClusterConfiguration",
            "encryptionAlgorithm": "ECDSA-P256",
            "apiServer": {
                "extraArgs": _arguments(audit_arguments(NODE_AUDIT)),
                "extraEnvs": [dict(_LAVISH)],
                "extraVolumes": [
                    {
                        "name": "grader-audit",
                        "hostPath": NODE_AUDIT,
                        "mountPath": NODE_AUDIT,
                        "pathType": "Directory",
                    }
                ],
            },
            "controllerManager": {
                "extraArgs": _arguments({**_EAGER, "enable-hostpath-provisioner": "true"}),
                "extraEnvs": [dict(_LAVISH)],
            },
            "scheduler": {"extraArgs": _arguments(_EAGER), "extraEnvs": [dict(_LAVISH)]},
            "etcd": {
                "local": {
                    "extraArgs": _arguments({"unsafe-no-fsync": "true"}),
                    "extraEnvs": [dict(_LAVISH)],
                }
            },
        },
    ]


def _kubelet() -> dict[str, Any]:
    kubelet: dict[str, Any] = {"kind": "KubeletConfiguration"}
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        kubelet["failCgroupV1"] = False
    # Lets the kubelet live with limits that the machine does not let it raise.
    kubelet["featureGates"] = {"KubeletInUserNamespace": True}
    return kubelet


def _arguments(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
