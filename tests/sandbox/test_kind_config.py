"""The configuration that kind is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.sandbox.kind import config
from grader.sandbox.kind.config import bare_config, kind_config, write_patches
from grader.sandbox.names import NODE_DATA

_DATA = Path("/home/some one/data: x")
_AUDIT = Path("/home/some one/audit: x")
_PATCHES = Path("/home/some one/kubeadm: x")


def _ours(data: Path, *, own_image: bool) -> str:
    return kind_config(data, _AUDIT, _PATCHES, own_image=own_image)


def _cgroups(monkeypatch: pytest.MonkeyPatch, *, unified: bool) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: unified)


def _patch(document: dict[str, Any], kind: str) -> dict[str, Any]:
    patches = [yaml.safe_load(text) for text in document["kubeadmConfigPatches"]]
    (found,) = [patch for patch in patches if patch["kind"] == kind]
    return dict(found)


def _arguments(values: list[dict[str, str]]) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in values}


@pytest.mark.parametrize("make", [_ours, bare_config])
@pytest.mark.parametrize("own", [True, False])
def test_it_is_a_cluster_of_one_node_with_the_data(make: Any, own: bool) -> None:
    """The YAML is kind's: one node that mounts the data folder, whatever characters its path has."""
    document = yaml.safe_load(make(_DATA, own_image=own))
    assert (document["kind"], document["apiVersion"]) == ("Cluster", "kind.x-k8s.io/v1alpha4")
    (node,) = document["nodes"]
    assert node["role"] == "control-plane"
    assert node["extraMounts"][0] == {"hostPath": str(_DATA), "containerPath": NODE_DATA}
    assert len(node["extraMounts"]) == (3 if make is _ours else 1)


@pytest.mark.parametrize("make", [_ours, bare_config])
def test_only_our_own_image_has_its_own_network_plugin(make: Any) -> None:
    """The plugin of kind is left out exactly where the image brings another."""
    for own in (True, False):
        document = yaml.safe_load(make(_DATA, own_image=own))
        assert document["networking"]["disableDefaultCNI"] is own


def test_subnets_are_those_of_the_egress_rules() -> None:
    """The cluster's addresses are the ones that the egress rules and the proof are written for."""
    document = yaml.safe_load(kind_config(_DATA, _AUDIT, _PATCHES, own_image=True))
    assert document["networking"]["podSubnet"] == config.POD_SUBNET
    assert document["networking"]["serviceSubnet"] == config.SERVICE_SUBNET


def test_the_node_takes_services_before_kind_is_done() -> None:
    """The control plane's taint only advises against it, so that services need not wait for its removal."""
    initial = _patch(
        yaml.safe_load(kind_config(_DATA, _AUDIT, _PATCHES, own_image=True)), "InitConfiguration"
    )
    (taint,) = initial["nodeRegistration"]["taints"]
    assert taint["key"] == "node-role.kubernetes.io/control-plane"
    assert taint["effect"] == "PreferNoSchedule"


@pytest.mark.parametrize("make", [_ours, bare_config])
def test_cgroup_v1_is_allowed_where_it_is(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with cgroup v1 the kubelet is told to live with it."""
    _cgroups(monkeypatch, unified=False)
    kubelet = _patch(yaml.safe_load(make(_DATA, own_image=True)), "KubeletConfiguration")
    assert kubelet["failCgroupV1"] is False
    assert kubelet["featureGates"] == {"KubeletInUserNamespace": True}


@pytest.mark.parametrize("make", [_ours, bare_config])
def test_cgroup_v2_needs_no_word(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with cgroup v2 nothing is said about cgroup v1."""
    _cgroups(monkeypatch, unified=True)
    kubelet = _patch(yaml.safe_load(make(_DATA, own_image=True)), "KubeletConfiguration")
    assert "failCgroupV1" not in kubelet


def test_the_name_service_does_not_wait_for_kube_proxy(tmp_path: Path) -> None:
    """Kubeadm is given a patch, where the node has it, that lets it ask the API server by the node's address."""
    write_patches(tmp_path / "patches")
    document = yaml.safe_load(kind_config(_DATA, _AUDIT, tmp_path / "patches", own_image=True))
    mount = {"hostPath": str(tmp_path / "patches"), "containerPath": config.NODE_PATCHES}
    assert mount in document["nodes"][0]["extraMounts"]
    initial = _patch(document, "InitConfiguration")
    assert initial["patches"] == {"directory": config.NODE_PATCHES}
    # The name is kubeadm's: what it patches, and how.
    (file,) = (tmp_path / "patches").iterdir()
    assert file.name == "corednsdeployment+strategic.yaml"
    (container,) = yaml.safe_load(file.read_text())["spec"]["template"]["spec"]["containers"]
    assert container["env"][0] == {
        "name": "KUBERNETES_SERVICE_HOST",
        "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}},
    }
    assert container["readinessProbe"]["periodSeconds"] == 1


def test_nobody_is_elected_and_nothing_survives_a_power_cut() -> None:
    """The control plane starts without elections, and its store without waiting for the disk."""
    cluster = _patch(
        yaml.safe_load(kind_config(_DATA, _AUDIT, _PATCHES, own_image=True)), "ClusterConfiguration"
    )
    for part in ("controllerManager", "scheduler"):
        assert _arguments(cluster[part]["extraArgs"])["leader-elect"] == "false"
    assert _arguments(cluster["etcd"]["local"]["extraArgs"])["unsafe-no-fsync"] == "true"


def test_the_comparison_has_none_of_our_haste() -> None:
    """What we compare ourselves with is kind as it is: of our patches only what the machine demands."""
    document = yaml.safe_load(bare_config(_DATA, own_image=True))
    assert len(document["kubeadmConfigPatches"]) == 1
    assert _patch(document, "KubeletConfiguration")


def test_the_api_server_writes_its_audit_log_outside() -> None:
    """Policy and log lie in a folder of this machine that the node and the API server's container mount."""
    document = yaml.safe_load(kind_config(_DATA, _AUDIT, _PATCHES, own_image=True))
    mount = {"hostPath": str(_AUDIT), "containerPath": config.NODE_AUDIT}
    assert mount in document["nodes"][0]["extraMounts"]
    server = _patch(document, "ClusterConfiguration")["apiServer"]
    (volume,) = server["extraVolumes"]
    assert volume["hostPath"] == volume["mountPath"] == config.NODE_AUDIT
    arguments = _arguments(server["extraArgs"])
    assert arguments["audit-policy-file"] == f"{config.NODE_AUDIT}/policy.yaml"
    assert arguments["audit-log-path"] == f"{config.NODE_AUDIT}/audit.log"
