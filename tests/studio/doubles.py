"""A studio in a folder, with the real scripts, and programs that play the cluster."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.sandbox.settings import data_folder

SCRIPTS = data_folder("fixtures") / "studio" / "scripts" / "backup"
SERVICES = ("audio", "payment", "routing")
DAY = 86_400
NOON = 1_762_603_200
"""2025-11-08 12:00 UTC."""

_KUBECTL = """\
#!/usr/bin/env bash
set -eu
printf '%s\\n' "$*" >>"$FAKE/kubectl.calls"
if [ -e "$FAKE/down" ]; then echo 'connection refused' >&2; exit 1; fi
case "$*" in
  'get deployments,'*) cat "$FAKE/objects.json" ;;
  'get deployments '*) jq '{items: [.items[] | select(.kind == "Deployment")]}' "$FAKE/objects.json" ;;
  'config view '*) printf 'https://cluster.test:6443' ;;
  'get namespace '*) printf 'uid-of-the-cluster' ;;
  'get pods '*) cat "$FAKE/pods" ;;
  'wait --for=delete '*) : >"$FAKE/pods" ;;
  'apply '*) cat "${@: -1}" >>"$FAKE/applied" ;;
  *) echo "unexpected: $*" >&2; exit 64 ;;
esac
"""
_HELM = """\
#!/usr/bin/env bash
# Helm 4 knows no --all: it lists every release.
case "$*" in
  'list -n pivori-production -o json') cat "$FAKE/releases.json" ;;
  *) echo "Error: unknown: $*" >&2; exit 1 ;;
esac
"""


@dataclass
class Studio:
    """A studio of three services.

    Args:
        root: An empty folder.
    """

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def copied(cls, other: Studio, root: Path) -> Studio:
        """Another one, as this one is now, in a folder that is not there yet."""
        shutil.copytree(other.root, root, symlinks=True)
        return cls(root, dict(other.environment))

    def __post_init__(self) -> None:
        if self.home.exists():
            return
        for name in ("backups", "archives", "log", "bin", "cluster"):
            (self.root / name).mkdir()
        shutil.copytree(SCRIPTS, self.home / "scripts" / "backup")
        for service in SERVICES:
            (self.home / "helm" / service).mkdir(parents=True)
            (self.home / "helm" / service / "Chart.yaml").touch()
            self.data(service).mkdir(parents=True)
            self.store(service, {"first": {"n": 1}})
            (self.data(service) / ".seeded").write_text("seeded\n")
        self.program("kubectl", _KUBECTL)
        self.program("helm", _HELM)
        self.cluster("pods").touch()
        self.cluster("releases.json").write_text(
            json.dumps([{"name": name, "revision": "1", "status": "deployed"} for name in SERVICES])
        )
        self.objects()

    @property
    def home(self) -> Path:
        """The repository."""
        return self.root / "pivori-studio"

    @property
    def backups(self) -> Path:
        """What the guide calls /backups."""
        return self.root / "backups"

    @property
    def log(self) -> str:
        """The journal's text; "" where nothing was written."""
        file = self.root / "log" / "backup.log"
        return file.read_text() if file.exists() else ""

    def data(self, service: str) -> Path:
        """A service's folder."""
        return self.home / "data" / service

    def records(self, service: str) -> Any:
        """What its store holds now."""
        return json.loads((self.data(service) / "store.json").read_text())["records"]

    def store(self, service: str, records: dict[str, Any]) -> None:
        """Write its store, as the service does."""
        content = {"format": 1, "service": service, "records": records}
        (self.data(service) / "store.json").write_text(json.dumps(content))

    def cluster(self, name: str) -> Path:
        """A file that the doubles read or write."""
        return self.root / "cluster" / name

    def program(self, name: str, text: str) -> None:
        """Put a program on PATH, before the machine's own."""
        path = self.root / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def objects(self, *, image: str = "stub:1", stopped: tuple[str, ...] = ()) -> None:
        """What the cluster has: of each service a Deployment, a ConfigMap and Helm's record."""
        items = [o for s in SERVICES for o in _of_service(s, 0 if s in stopped else 1, image)]
        self.cluster("objects.json").write_text(json.dumps({"items": items}))

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Type a subcommand of the script."""
        return self._typed("backup-scripts-expert.sh", words, environment)

    def tested(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type a subcommand of the studio's tests."""
        return self._typed("run-tests.sh", words, {})

    def _typed(
        self, script: str, words: tuple[str, ...], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", str(self.home / "scripts/backup" / script), *words],
            env={**self._environment(), **environment},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def done(self, *words: str, **environment: str) -> str:
        """The same; it must succeed. What it printed."""
        finished = self.run(*words, **environment)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    def at(self, moment: int, *words: str) -> str:
        """The same, at a time given in seconds."""
        return self.done(*words, SOURCE_DATE_EPOCH=str(moment))

    def archives(self, kind: str = "complete") -> list[Path]:
        """The archives of a kind, the oldest first."""
        return sorted(self.backups.glob(f"pivori-studio-{kind}-*.zip"))

    def leftovers(self) -> list[str]:
        """Whatever is no archive and was not put aside."""
        return [
            path.name
            for path in self.root.rglob("*")
            if path.name.startswith((".en-cours", ".restauration"))
        ]

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "FAKE": str(self.root / "cluster"),
            "BACKUP_DIR": str(self.backups),
            "ARCHIVE_DIR": str(self.root / "archives"),
            "LOG_DIR": str(self.root / "log"),
            **self.environment,
        }


def names_in(archive: Path) -> set[str]:
    """The files in an archive."""
    with zipfile.ZipFile(archive) as opened:
        return {name for name in opened.namelist() if not name.endswith("/")}


def document(archive: Path, name: str) -> Any:
    """A JSON document in an archive."""
    with zipfile.ZipFile(archive) as opened:
        return json.loads(opened.read(name))


def rewritten(archive: Path, change: dict[str, bytes | None]) -> None:
    """Replace, add or (None) drop files of an archive; its own checksums hold."""
    with zipfile.ZipFile(archive) as opened:
        content = {name: opened.read(name) for name in names_in(archive)}
    with zipfile.ZipFile(archive, "w") as made:
        for name, old in {**content, **change}.items():
            if old is not None:
                made.writestr(name, old)


def _of_service(name: str, replicas: int, image: str) -> list[dict[str, Any]]:
    def made(kind: str, called: str, **content: Any) -> dict[str, Any]:
        metadata = {
            "name": called,
            "uid": f"uid-{called}",
            "resourceVersion": "7",
            "labels": {"app.kubernetes.io/name": name},
        }
        return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}

    record = made("Secret", f"sh.helm.release.v1.{name}.v1", type="helm.sh/release.v1")
    record["metadata"]["labels"] = {"owner": "helm", "name": name}
    return [
        made("Deployment", name, spec={"replicas": replicas, "image": image}, status={"ready": 1}),
        made("ConfigMap", f"{name}-config", data={"LOG_LEVEL": "INFO"}),
        record,
    ]
