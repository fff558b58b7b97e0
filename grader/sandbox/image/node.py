"""The kind node image: Debian, containerd, the kubelet, and the control plane's images unpacked."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.model.errors import Code
from grader.sandbox.image import archive, closure, control_plane, debian, layer, recipe
from grader.sandbox.image.archive import Image
from grader.sandbox.image.layer import Layer, Member, members_below, write_members, write_tree
from grader.sandbox.image.stub import stub_digest
from grader.sandbox.process import Commands
from grader.sandbox.settings import data_folder
from grader.sandbox.tools.pins import pins
from grader.sandbox.tools.resolve import pinned_tool

REPOSITORY = "localhost/grader-node"
_PROGRAMS = {
    "containerd": "usr/local/bin/containerd",
    "containerd-shim-runc-v2": "usr/local/bin/containerd-shim-runc-v2",
    "ctr": "usr/local/bin/ctr",
    "kubeadm": "usr/bin/kubeadm",
    "kubectl": "usr/bin/kubectl",
    "kube": "usr/local/bin/kube",
}
_UNITS = ("containerd.service", "kubelet.service")
# Started by Debian's packages, of no use in a node, and each delays it or fights kind over the host.
_MASKED = (
    "systemd-binfmt.service",
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-logind.service",
    "systemd-timesyncd.service",
    "systemd-tmpfiles-setup.service",
    "systemd-remount-fs.service",
    "dev-hugepages.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "sys-kernel-config.mount",
    "getty.target",
    "console-getty.service",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
    "nftables.service",
)


def node_folder() -> Path:
    """The files that make Debian a node."""
    return data_folder("fixtures") / "images" / "node"


def node_reference(*, with_stubs: bool = True) -> str:
    """The node image's name: Kubernetes' version and the recipe's digest.

    Args:
        with_stubs: Whether the stub services' images are in it.
    """
    version = f"v{pins()['kube'].version}"
    if not with_stubs:
        return f"{REPOSITORY}-bare:{version}-{_node_digest()}"
    return f"{REPOSITORY}:{version}-{_node_digest()}-{stub_digest()}"


def _node_digest() -> str:
    tools = [*_PROGRAMS, *control_plane.tools()]
    fixtures = data_folder("fixtures") / "images"
    return recipe.digest(
        [node_folder(), fixtures / "packages.txt"],
        tools,
        [archive, closure, control_plane, debian, layer, sys.modules[__name__]],
    )


def node_image(
    scratch: Path,
    tree: Path,
    base: Layer,
    stubs: Sequence[Path],
    note: Callable[[str], None],
    commands: Commands,
) -> Image:
    """The node image.

    Args:
        scratch: Where layers and containerd's folder are made.
        tree: The Debian tree.
        base: The tree's layer.
        stubs: Archives of images to put into containerd beside the control plane's.
        note: Told of progress.
        commands: Runs the builds.
    """
    note("putting the node together")
    system = write_members(scratch / "node.tar", _system_members(note, commands))
    root = scratch / "containerd"
    root.mkdir()
    images = control_plane.control_plane_images(scratch, tree, note, commands)
    control_plane.unpack(images, stubs, root, scratch, note, commands)
    content = containerd_layer(scratch / "containerd.tar", root)
    return Image(
        node_reference(with_stubs=bool(stubs)),
        [base, system, content],
        entrypoint=["/usr/local/bin/entrypoint", "/sbin/init"],
        environment={
            "container": "docker",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        },
        stop_signal="SIGRTMIN+3",
    )


def containerd_layer(path: Path, root: Path) -> Layer:
    """The layer that puts containerd's folder `root` at its place in the node."""
    holder = root.parent / "holder"
    shutil.rmtree(holder, ignore_errors=True)
    place = holder / "var" / "lib" / "containerd"
    place.parent.mkdir(parents=True)
    os.rename(root, place)  # noqa: PTH104 - a folder moves whole, without a copy
    made = write_tree(path, holder, lambda name: name.endswith("/ingest"))
    os.rename(place, root)  # noqa: PTH104
    return made


def _system_members(note: Callable[[str], None], commands: Commands) -> list[Member]:
    members = members_below(node_folder() / "rootfs")
    members += [
        Member(place, source=pinned_tool(name, note, commands)) for name, place in _PROGRAMS.items()
    ]
    wants = "etc/systemd/system/multi-user.target.wants"
    members += [Member(f"{wants}/{unit}", target=f"/etc/systemd/system/{unit}") for unit in _UNITS]
    members += [Member(f"etc/systemd/system/{unit}", target="/dev/null") for unit in _MASKED]
    members += [
        Member("usr/bin/kubelet", target="../local/bin/kube"),
        Member("kind/version", 0o644, content=f"v{pins()['kube'].version}".encode()),
        Member("kind/manifests/default-storage.yaml", 0o644, content=_storage_class().encode()),
        Member("kind/manifests/default-cni.yaml", 0o644, content=_default_cni().encode()),
        Member("etc/containerd/cri-base.json", 0o644, content=_base_spec(commands).encode()),
        Member("etc/kubernetes/manifests"),
        Member("opt/cni/bin", target="/usr/lib/cni"),
        Member(
            "etc/systemd/journald.conf.d/node.conf",
            0o644,
            content=b"[Journal]\nReadKMsg=no\nStorage=volatile\n",
        ),
    ]
    members += [
        Member(name) for name in ("dev", "proc", "sys", "run", "tmp", "var/log", "var/cache")
    ]
    return members


def _base_spec(commands: Commands) -> str:
    """Containerd's default container, without limits of its own that small hosts can't grant."""
    output = commands.run([pinned_tool("ctr"), "oci", "spec"]).checked(Code.IMAGE_BUILD)
    spec = json.loads(output.text)
    spec["process"].pop("rlimits", None)
    return json.dumps(spec)


def _default_cni() -> str:
    # kind applies this file where it is not told otherwise. The node's network is a file that lies in it
    # already, so what is applied only says so.
    return """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: network
  namespace: kube-system
data:
  plugin: the bridge of /etc/cni/net.d in the node
"""


def _storage_class() -> str:
    # The controller-manager's own hostpath provisioner, which kind switches on, serves it.
    return """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: kubernetes.io/host-path
reclaimPolicy: Delete
"""
