"""The workstation image: the tools that a candidate types with, and the studio's repository."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from grader.model.errors import Code
from grader.sandbox import charts
from grader.sandbox.charts import stage_charts
from grader.sandbox.image import archive, debian, layer, recipe
from grader.sandbox.image.archive import Image
from grader.sandbox.image.layer import Layer, Member, members_below, write_members
from grader.sandbox.names import STUDIO, WORKSTATION_HOST
from grader.sandbox.process import Commands
from grader.sandbox.services import services
from grader.sandbox.settings import data_folder
from grader.sandbox.tools.resolve import pinned_tool

REPOSITORY = "localhost/grader-workstation"
USER = 1000
_HOME = "home/ubuntu"
_TOOLS = ("kubectl", "helm", "pause")


def workstation_reference() -> str:
    """The image's name, with its recipe's digest."""
    fixtures = data_folder("fixtures")
    folders = [
        fixtures / "charts",
        fixtures / "studio",
        fixtures / "images" / "workstation",
        fixtures / "images" / "packages.txt",
    ]
    digest = recipe.digest(folders, _TOOLS, [archive, charts, debian, layer, sys.modules[__name__]])
    return f"{REPOSITORY}:{digest}"


def workstation_image(
    scratch: Path, tree: Path, base: Layer, note: Callable[[str], None], commands: Commands
) -> Image:
    """The workstation on the Debian tree's layer; parameters as for `node_image`."""
    note("putting the workstation together")
    tools = {name: pinned_tool(name, note, commands) for name in _TOOLS}
    members = [
        Member("usr/local/bin/kubectl", source=tools["kubectl"]),
        Member("usr/local/bin/helm", source=tools["helm"]),
        Member("pause", source=tools["pause"]),
        *_completion(tools, commands),
        *_people(tree),
        *_folders(),
    ]
    with tempfile.TemporaryDirectory(dir=scratch) as staged:
        root = Path(staged)
        stage_charts(root / "helm")
        members += _owned(members_below(root, f"{STUDIO.lstrip('/')}/"))
        members += _owned(
            members_below(data_folder("fixtures") / "studio", f"{STUDIO.lstrip('/')}/")
        )
        system = write_members(scratch / "workstation.tar", {m.name: m for m in members}.values())
    return Image(
        workstation_reference(),
        [base, system],
        # Does nothing but hold the container and collect what shells leave behind.
        entrypoint=["/pause"],
        environment={
            "HOME": f"/{_HOME}",
            "KUBECONFIG": f"/{_HOME}/.kube/config",
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        },
        user=f"{USER}:{USER}",
        folder=STUDIO,
    )


def _completion(tools: dict[str, Path], commands: Commands) -> list[Member]:
    place = "usr/share/bash-completion/completions"
    made = []
    for name in ("kubectl", "helm"):
        output = commands.run([tools[name], "completion", "bash"]).checked(Code.IMAGE_BUILD)
        made.append(Member(f"{place}/{name}", 0o644, content=output.stdout))
    return made


def _people(tree: Path) -> list[Member]:
    passwd = (tree / "etc/passwd").read_text(encoding="utf-8")
    group = (tree / "etc/group").read_text(encoding="utf-8")
    passwd += f"ubuntu:x:{USER}:{USER}:Candidate:/{_HOME}:/bin/bash\n"
    group += f"ubuntu:x:{USER}:\n"
    return [
        Member("etc/passwd", 0o644, content=passwd.encode()),
        Member("etc/group", 0o644, content=group.encode()),
        Member("etc/hostname", 0o644, content=f"{WORKSTATION_HOST}\n".encode()),
    ]


def _folders() -> list[Member]:
    bashrc = data_folder("fixtures") / "images" / "workstation" / "bashrc"
    studio = STUDIO.lstrip("/")
    return [
        *(Member(name) for name in ("dev", "proc", "sys", "run", "home", "var/cache")),
        Member("tmp", 0o1777),
        *(
            Member(name, 0o755, owner=USER)
            for name in (_HOME, f"{_HOME}/.kube", studio, f"{studio}/helm", f"{studio}/data")
        ),
        *(Member(f"{studio}/data/{service}", 0o755, owner=USER) for service in services()),
        *(Member(name, 0o755, owner=USER) for name in ("backups", "archives", "var/log")),
        Member(f"{_HOME}/.bashrc", 0o644, source=bashrc, owner=USER),
        Member(f"{_HOME}/.profile", 0o644, content=b". ~/.bashrc\n", owner=USER),
    ]


def _owned(members: list[Member]) -> list[Member]:
    return [
        Member(m.name, m.mode, source=m.source, content=m.content, target=m.target, owner=USER)
        for m in members
    ]
