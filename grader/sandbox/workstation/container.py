"""A candidate's place in a container: commands, files and the shell."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.model.errors import Code
from grader.model.observation import DiskUsage, FileRequest
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.engines.engine import Engine
from grader.sandbox.image.workstation import USER
from grader.sandbox.names import STUDIO
from grader.sandbox.process import interactive
from grader.sandbox.protocol import Completed, FilesFound
from grader.sandbox.workstation.files import (
    LIST_S,
    disk_command,
    listed,
    listing_command,
    read_command,
    read_disk,
    where_there,
)

_HOME = "/home/ubuntu"


@dataclass(frozen=True)
class ContainerWorkstation:
    """The workstation in the container `name`."""

    engine: Engine
    name: str

    @property
    def paths(self) -> Mapping[str, str]:
        """The guide's own."""
        return WORKSTATION_PATHS

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Run a bash script as the candidate, in the studio's folder."""
        options = [*self._as_candidate(), "--workdir", STUDIO]
        for key, value in (environment or {}).items():
            options += ["--env", f"{key}={value}"]
        output = self.engine.execute(
            self.name, "bash", "-c", script, options=options, timeout_s=timeout_s
        )
        return Completed(output.exit_code, output.text, output.stderr)

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """A file's first `limit` bytes; None where there is no such file, or the candidate may not read it.

        Raises:
            GraderError: sandbox-broken where nobody could look: that says nothing about the file.
        """
        output = self.engine.execute(
            self.name, *read_command(path, limit), options=self._as_candidate()
        )
        there = where_there(output)
        return there.stdout if there else None

    def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
        """The files that patterns mean, see `Workstation.files`."""
        output = self.engine.execute(
            self.name,
            *listing_command(wanted),
            options=self._as_candidate(),
            timeout_s=LIST_S,
        )
        return listed(output, wanted)

    def disk(self, path: str) -> DiskUsage | None:
        """How full the disk is that holds a path; None where there is no such path."""
        output = self.engine.execute(self.name, *disk_command(path), options=self._as_candidate())
        there = where_there(output)
        return read_disk(there.text) if there else None

    def write(self, path: str, content: bytes) -> None:
        """Write a file as the candidate, making its folder; only the candidate can read it."""
        folder = shlex.quote(str(PurePosixPath(path).parent))
        self.engine.execute(
            self.name,
            "sh",
            "-c",
            f"umask 077 && mkdir -p {folder} && cat > {shlex.quote(path)}",
            options=self._as_candidate(),
            stdin=content,
        ).checked(Code.SANDBOX_BROKEN)

    def shell(self) -> int:
        """Open the candidate's shell on this terminal, or with what is piped into it; its exit code."""
        # A terminal of its own would never end where the input does.
        terminal = ["--tty"] if sys.stdin.isatty() else []
        words: list[str | Path] = [self.engine.program, "exec", "--interactive", *terminal]
        words += [
            *self._as_candidate(),
            "--workdir",
            STUDIO,
            "--env",
            "TERM",
            self.name,
            "bash",
            "--login",
        ]
        return interactive(words, self.engine.environment)

    def _as_candidate(self) -> list[str]:
        return ["--user", f"{USER}:{USER}", "--env", f"HOME={_HOME}"]
