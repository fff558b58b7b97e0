"""The control plane's images, unpacked into a containerd folder that a node starts with.

They are unpacked here, once, rather than at each node's start; the packed copies are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.image.archive import Image, write_archive
from grader.sandbox.image.closure import MERGED_USR, with_libraries
from grader.sandbox.image.layer import Layer, Member, write_members
from grader.sandbox.process import Commands, detached, end
from grader.sandbox.tools.pins import pins
from grader.sandbox.tools.resolve import pinned_tool
from grader.sandbox.waiting import wait_until

# What kubeadm of the pinned Kubernetes asks for (`kubeadm config images list`).
PAUSE = f"registry.k8s.io/pause:{pins()['pause'].version}"
_KUBE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
_READY_S = 30
_PATH = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def references() -> dict[str, str]:
    """The image of each control-plane program."""
    kubernetes = f"v{pins()['kube'].version}"
    return {
        **{name: f"registry.k8s.io/{name}:{kubernetes}" for name in _KUBE},
        "coredns": f"registry.k8s.io/coredns/coredns:v{pins()['coredns'].version}",
        "etcd": f"registry.k8s.io/etcd:{pins()['etcd'].version}-0",
        "pause": PAUSE,
    }


def tools() -> list[str]:
    """The pinned programs that the images hold."""
    return ["kube", "coredns", "etcd", "pause"]


def control_plane_images(
    folder: Path, tree: Path, note: Callable[[str], None], commands: Commands
) -> list[Image]:
    """Images of one static program each; kube-proxy's has the firewall's programs as well.

    Args:
        folder: Where layers are written.
        tree: The Debian tree that the firewall's programs are taken from.
        note: Told of progress.
        commands: Runs the builds.
    """
    programs = {name: pinned_tool(name, note, commands) for name in tools()}
    kube = write_members(
        folder / "kube.tar",
        [
            Member("usr/local/bin/kube", source=programs["kube"]),
            *(Member(f"usr/local/bin/{name}", target="kube") for name in _KUBE),
        ],
    )
    layers = {name: [kube] for name in _KUBE}
    layers["kube-proxy"] = [kube, _firewall_layer(folder / "firewall.tar", tree, commands)]
    for name in ("coredns", "etcd"):
        member = Member(f"usr/local/bin/{name}", source=programs[name])
        layers[name] = [write_members(folder / f"{name}.tar", [member])]
    layers["pause"] = [
        write_members(folder / "pause.tar", [Member("pause", source=programs["pause"])])
    ]
    entrypoints = {"coredns": ["/usr/local/bin/coredns"], "pause": ["/pause"]}
    return [
        Image(reference, layers[name], entrypoint=entrypoints.get(name, []), environment=_PATH)
        for name, reference in references().items()
    ]


def unpack(
    images: Iterable[Image],
    archives: Iterable[Path],
    root: Path,
    scratch: Path,
    note: Callable[[str], None],
    commands: Commands,
) -> None:
    """Fill `root` as containerd's own folder, with images and archives unpacked and no packed copies.

    Raises:
        GraderError: image-build, with containerd's words.
    """
    note("unpacking the images")
    archive = scratch / "control-plane.tar"
    write_archive(archive, list(images))
    import_archives([archive, *archives], root, scratch, commands)
    archive.unlink()


def import_archives(
    archives: Iterable[Path], root: Path, scratch: Path, commands: Commands
) -> None:
    """Import image archives into the containerd folder `root`, by a containerd of our own for the while."""
    socket = scratch / "c.sock"
    config = scratch / "containerd.toml"
    config.write_text(
        "version = 3\n"
        f"root = '{root}'\nstate = '{scratch / 'state'}'\n"
        f"[grpc]\naddress = '{socket}'\n[ttrpc]\naddress = '{scratch / 't.sock'}'\n"
        "[debug]\nlevel = 'warn'\n"
        # Parts that an import does not need and that would leave folders on this machine.
        "disabled_plugins = ['io.containerd.internal.v1.opt', 'io.containerd.nri.v1.nri', "
        "'io.containerd.grpc.v1.cri', 'io.containerd.cri.v1.images', "
        "'io.containerd.cri.v1.runtime']\n",
        encoding="utf-8",
    )
    log = scratch / "containerd.log"
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    process = detached([pinned_tool("containerd"), "--config", config], environment, log)
    try:
        ctr: list[str | Path] = [pinned_tool("ctr"), "--address", socket, "--namespace", "k8s.io"]
        ready = wait_until(
            lambda: commands.run([*ctr, "version"]).exit_code == 0, timeout_s=_READY_S
        )
        if not ready:
            raise GraderError(
                Code.IMAGE_BUILD,
                "containerd did not start to unpack the images",
                where=str(log),
                detail=log.read_text(errors="replace")[-2000:],
            )
        for archive in archives:
            commands.run(
                [
                    *ctr,
                    "images",
                    "import",
                    "--local",
                    "--snapshotter=overlayfs",
                    "--discard-unpacked-layers",
                    archive,
                ],
                timeout_s=600,
            ).checked(Code.IMAGE_BUILD)
        # Collects the packed copies now; by itself containerd would do it some time later.
        commands.run([*ctr, "content", "prune", "references"]).checked(Code.IMAGE_BUILD)
    finally:
        end(process)


def _firewall_layer(path: Path, tree: Path, commands: Commands) -> Layer:
    """iptables, nft, conntrack and all that they load, libraries of every match and target included.

    A missing library is not an error at start: rules are silently not written, and a Service's address
    then leaves the node.
    """
    programs = ["usr/sbin/xtables-nft-multi", "usr/sbin/nft", "usr/sbin/conntrack", "usr/bin/kmod"]
    modules = sorted(
        path.relative_to(tree).as_posix()
        for path in tree.glob("usr/lib/*/xtables/*.so")
        if not path.is_symlink()
    )
    links = [Member(f"usr/sbin/{name}", target="xtables-nft-multi") for name in _IPTABLES]
    links += [
        Member(path.relative_to(tree).as_posix(), target=str(path.readlink()))
        for path in tree.glob("usr/lib/*/xtables/*.so")
        if path.is_symlink()
    ]
    folders = [Member(name) for name in ("etc", "run", "tmp")]
    files = with_libraries(tree, programs + modules, commands)
    unique = {member.name: member for member in [*files, *links, *folders, *MERGED_USR]}
    return write_members(path, unique.values())


_IPTABLES = tuple(
    f"{family}tables{way}{act}"
    for family in ("ip", "ip6")
    for way in ("", "-nft")
    for act in ("", "-save", "-restore")
)
