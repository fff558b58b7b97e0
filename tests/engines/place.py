"""A network of its own on this machine, in which a whole engine can come and go unnoticed by others."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engines.debian_tree import cache_folder, tree_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
ANSWER_S = 10.0
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Place:
    """A network namespace and the run folder of the engine in it.

    Args:
        keeper: The process that keeps the namespace.
        folder: The run folder.
    """

    keeper: int
    folder: Path

    @property
    def tag(self) -> str:
        """What ends the names of everything that the engine makes outside its folder."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]

    @property
    def data(self) -> Path:
        """The engine's images and containers."""
        return cache_folder() / f"docker-data-{self.tag}"

    def within(self, *command: str | Path) -> list[str]:
        """A command line that runs in this network."""
        return ["nsenter", f"--net=/proc/{self.keeper}/ns/net", "--", *map(str, command)]

    def run(self, *command: str | Path, environment: Mapping[str, str] | None = None) -> Done:
        """Run a command in this network to its end."""
        return subprocess.run(
            self.within(*command),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )

    def engine_command(self, action: str) -> list[str]:
        """The command line for up, down or status of this place's engine."""
        module = (sys.executable, "-m", "tests.engines.docker_tree")
        return self.within(*module, action, "--folder", self.folder)

    def engine(self, action: str) -> Done:
        """Bring this place's engine up or down, or ask for its state."""
        return subprocess.run(
            self.engine_command(action), capture_output=True, text=True, check=False, cwd=ROOT
        )

    def docker(self, *arguments: str | Path) -> str:
        """What the engine's own client answers; it must succeed."""
        host = {"DOCKER_HOST": f"unix://{self.folder}/docker.sock"}
        done = self.run(self.folder / "bin/docker", *arguments, environment=host)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, address: str) -> str:
        """What an HTTP server says once it answers; what kept it from answering at the deadline."""
        busybox = tree_folder() / "usr/bin/busybox"
        deadline = time.monotonic() + ANSWER_S
        while True:
            done = self.run(busybox, "wget", "-T", "2", "-qO-", f"http://{address}/")
            if done.returncode == 0 or time.monotonic() > deadline:
                return done.stdout or done.stderr

    def rules(self) -> list[str]:
        """The packet filter's rules, and the chains and policies that a fresh network does not have."""
        saved = self.run("chroot", tree_folder(), "iptables-nft-save").stdout.splitlines()
        return [line for line in saved if line[0] not in "#*C" and " ACCEPT [" not in line]

    def links(self) -> list[str]:
        """The network interfaces."""
        told = self.run("chroot", tree_folder(), "ip", "-json", "link", "show").stdout
        return [link["ifname"] for link in json.loads(told)]

    def traces(self) -> list[str]:
        """All that is left on the machine of this place's engine."""
        found = [f"link {name}" for name in self.links() if name != "lo"]
        found += [f"rule {rule}" for rule in self.rules()]
        found += [f"path {path}" for path in (self.folder, self.data) if path.exists()]
        found += [f"cgroup {path}" for path in Path("/sys/fs/cgroup").rglob(f"*{self.tag}")]
        found += list(self._traces_of_processes())
        return found

    def _traces_of_processes(self) -> Iterator[str]:
        for process in Path("/proc").glob("[0-9]*"):
            for told in ("cmdline", "cgroup", "mountinfo"):
                with contextlib.suppress(OSError):
                    text = (process / told).read_text(errors="replace")
                    if self.tag in text or str(self.folder) in text:
                        yield f"{told} of process {process.name}"


def write_tiny_image(archive: Path) -> None:
    """Write a root file system with nothing in it but busybox and a page to serve."""
    busybox = tree_folder() / "usr/bin/busybox"
    with tarfile.open(archive, "w") as tar:
        tar.add(busybox, "bin/busybox")
        for name in ("cat", "httpd", "id", "mount", "sh", "wget"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        page = b"hello"
        entry = tarfile.TarInfo("www/index.html")
        entry.size = len(page)
        tar.addfile(entry, io.BytesIO(page))
