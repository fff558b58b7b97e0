"""Lays out the workstation's folder: the studio's repository, the guide's folders, the candidate's tools."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from grader.sandbox.charts import stage_charts
from grader.sandbox.embedded.addresses import Ports
from grader.sandbox.embedded.certificates import write_private
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.workstation import HOME, SYSTEM_PATH, TOOLS
from grader.sandbox.names import STUDIO, WORKSTATION_HOST
from grader.sandbox.settings import data_folder

_FOLDERS = ("backups", "archives", "var/log", "tmp", "home/ubuntu/.kube", "etc")
_USERS = "root:x:0:0::/root:/sbin/nologin\nubuntu:x:1000:1000:Candidate:/home/ubuntu:/bin/bash\n"
_GROUP = "root:x:0:\nubuntu:x:1000:\n"
# The candidate's files, by where they lie in the place.
_SHOWN = ("home", "backups", "archives", "var", "tmp")
# What `kubectl edit` opens, the first that this machine has.
_EDITORS = ("nano", "vim", "vi")


def make_places(places: Places) -> None:
    """Make the folders, which can be mounted before there is anything in them."""
    root = places.workstation
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / STUDIO.lstrip("/")).mkdir()
    (root / "etc/passwd").write_text(_USERS, encoding="utf-8")
    (root / "etc/group").write_text(_GROUP, encoding="utf-8")
    (root / "etc/hostname").write_text(f"{WORKSTATION_HOST}\n", encoding="utf-8")


def make_data_mount(places: Places) -> None:
    """Make the folder at which the services' data is mounted."""
    (places.workstation / STUDIO.lstrip("/") / "data").mkdir()


def fill(places: Places, tools: dict[str, Path], *, enclosed: bool) -> None:
    """Put the studio's repository and the candidate's settings into the folders.

    Args:
        places: Where.
        tools: The programs that the candidate types with, by name.
        enclosed: Whether data and tools are mounted into it, else they are links.
    """
    root = places.workstation
    studio = root / STUDIO.lstrip("/")
    shutil.copytree(data_folder("fixtures") / "studio", studio, dirs_exist_ok=True)
    stage_charts(studio / "helm")
    if not enclosed:
        (studio / "data").symlink_to(places.data)
        place = root / TOOLS.lstrip("/")
        place.mkdir(parents=True)
        for name, program in tools.items():
            (place / name).symlink_to(program)
    bashrc = (data_folder("fixtures") / "images" / "workstation" / "bashrc").read_text("utf-8")
    home = root / HOME.lstrip("/")
    here = f"export PATH={'' if enclosed else root}{TOOLS}:$PATH\n"
    editors = [name for name in _EDITORS if shutil.which(name, path=SYSTEM_PATH)]
    if editors:
        here += f"export EDITOR={editors[0]}\n"
    (home / ".bashrc").write_text(f"{bashrc}{here}", encoding="utf-8")
    (home / ".profile").write_text(". ~/.bashrc\n", encoding="utf-8")


def give_access(places: Places, kubeconfig: str) -> None:
    """Give the candidate a credential."""
    home = places.workstation / HOME.lstrip("/")
    write_private(home / ".kube/config", kubeconfig.encode())


def write_enclosure(places: Places, ports: Ports, tools: dict[str, Path]) -> None:
    """Write down how the place is put together where namespaces are allowed."""
    root = places.workstation
    make_data_mount(places)
    folders = [[str(root / name), f"/{name}"] for name in _SHOWN]
    folders += [[str(root / "etc" / name), f"/etc/{name}"] for name in ("passwd", "group")]
    folders += [[str(root / "etc/hostname"), "/etc/hostname"]]
    folders += [[str(program), f"{TOOLS}/{name}"] for name, program in tools.items()]
    folders += [[str(places.data), f"{STUDIO}/data"]]
    spec = {
        "name": WORKSTATION_HOST,
        "root": str(places.root / "enclosure"),
        "folders": folders,
        "disks": [],
        "programs": [os.path.realpath(sys.base_prefix)],
        "holder": str(places.holder),
        "server": [str(places.sockets), "api"],
        "port": ports.api,
    }
    places.enclosure.write_text(json.dumps(spec), encoding="utf-8")
