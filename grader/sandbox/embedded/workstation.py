"""A candidate's place without an engine: a folder with the guide's layout, and a shell that lives in it.

Where this machine allows user namespaces, the shell sees the guide's own paths and nothing else of this machine, and
its network is its own. Elsewhere paths are the folder's real ones, statements and scripts are rendered with them,
and the folder is a place to be tidy in, not one that holds anybody back.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath

from grader.model.errors import Code
from grader.model.observation import DiskUsage, FileRequest
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.quick_entry import quick_entry
from grader.sandbox.embedded.running import MARK, python
from grader.sandbox.process import Commands, Output, interactive
from grader.sandbox.protocol import Completed, FilesFound
from grader.sandbox.workstation.files import (
    LIST_S,
    disk_command,
    is_told,
    listed,
    listing_command,
    read_command,
    read_disk,
    where_there,
)

HOME = "/home/ubuntu"
TOOLS = "/opt/studio/bin"
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
"""Where this machine's own programs are."""
_ENCLOSURE = Path(__file__).with_name("enclosure.py")
_ENTER = Path(__file__).with_name("enter.py")
_WRITE = 'umask 077; mkdir -p "$(dirname "$1")" && cat > "$1"'
_KEPT = ("TERM", "COLORTERM")
_FEW_MESSAGES = {"LC_MESSAGES": "fr_FR.UTF-8"}
"""kubectl packs all messages of its language at every start, a third of what that takes: of French it has but seven."""


@cache
def can_enclose() -> bool:
    """Whether this machine lets an ordinary user have namespaces of its own."""
    return Commands().run([python(), "-IS", _ENCLOSURE, "try"], timeout_s=10).exit_code == 0


@dataclass(frozen=True)
class FolderWorkstation:
    """The workstation of one embedded sandbox."""

    places: Places

    @property
    def enclosed(self) -> bool:
        """Whether the shell sees the guide's own paths."""
        return self.places.enclosure.exists()

    @property
    def paths(self) -> Mapping[str, str]:
        """The guide's own, or where they really lie."""
        if self.enclosed:
            return WORKSTATION_PATHS
        root = self.places.workstation
        return {name: f"{root}{path}" for name, path in WORKSTATION_PATHS.items()}

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Run a bash script as the candidate, in the studio's folder."""
        variables = {**_FEW_MESSAGES, **(environment or {})}
        output = self._execute("bash", "-c", script, environment=variables, timeout_s=timeout_s)
        return Completed(output.exit_code, output.text, output.stderr)

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """A file's first `limit` bytes; None where there is no such file, or the candidate may not read it."""
        there = where_there(self._look(*read_command(self._here(path), limit)))
        return there.stdout if there else None

    def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
        """The files that patterns mean, see `Workstation.files`."""
        here = [replace(request, pattern=self._here(request.pattern)) for request in wanted]
        command = listing_command(here)
        # Who enters is Python already.
        words = command[command.index("-c") :] if self.enclosed else [str(python()), *command[1:]]
        return listed(self._execute(*words, timeout_s=LIST_S), wanted)

    def disk(self, path: str) -> DiskUsage | None:
        """How full the disk is that holds a path; None where there is no such path."""
        there = where_there(self._look(*disk_command(self._here(path))))
        return read_disk(there.text) if there else None

    def write(self, path: str, content: bytes) -> None:
        """Write a file as the candidate, making its folder; only the candidate can read it."""
        self._execute("sh", "-c", _WRITE, "sh", self._here(path), stdin=content).checked(
            Code.SANDBOX_BROKEN
        )

    def shell(self) -> int:
        """Open the candidate's shell on this terminal; its exit code."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return interactive(self._words(["bash", "--login"], kept), {})

    def _look(self, *words: str) -> Output:
        """Run a command whose end `where_there` understands."""
        entry = quick_entry(self.places.holder, SYSTEM_PATH) if self.enclosed else []
        if entry:
            output = Commands().run([*self._alone({}), *entry, *words], cwd=self._cwd())
            if is_told(output):
                return output
        return self._execute(*words)

    def _execute(
        self,
        *words: str,
        environment: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
        timeout_s: float = 120,
    ) -> Output:
        argv = self._words(words, environment or {})
        return Commands().run(argv, stdin=stdin, timeout_s=timeout_s, cwd=self._cwd())

    def _words(self, words: Sequence[str], environment: Mapping[str, str]) -> list[str | Path]:
        """The command as it is started on this machine."""
        argv = self._alone(environment)
        if self.enclosed:
            argv += [python(), "-IS", _ENTER, self.places.holder]
        return [*argv, *words]

    def _alone(self, environment: Mapping[str, str]) -> list[str | Path]:
        """The words before a command that is to have an environment of its own."""
        variables = {**self._environment(), **environment}
        return ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]

    def _environment(self) -> dict[str, str]:
        root = "" if self.enclosed else str(self.places.workstation)
        home = f"{root}{HOME}"
        paths = self.paths
        return {
            "HOME": home,
            "PWD": paths["studio"],
            "USER": "ubuntu" if self.enclosed else pwd.getpwuid(os.getuid()).pw_name,
            "LANG": "C.UTF-8",
            "PATH": f"{root}{TOOLS}:{SYSTEM_PATH}",
            "KUBECONFIG": f"{home}/.kube/config",
            **({} if self.enclosed else self._elsewhere()),
            # kubectl and Helm end before their garbage matters: a third less of the processor.
            "GOGC": "400",
            MARK: str(self.places.folder),
        }

    def _elsewhere(self) -> dict[str, str]:
        """What tells scripts where the guide's folders really lie."""
        paths = self.paths
        return {
            "TMPDIR": f"{self.places.workstation}/tmp",  # noqa: S108 - its own
            "STUDIO_HOME": paths["studio"],
            "BACKUP_DIR": paths["backups"],
            "ARCHIVE_DIR": paths["archives"],
            "LOG_DIR": paths["logs"],
        }

    def _cwd(self) -> Path:
        return self.places.workstation / WORKSTATION_PATHS["studio"].lstrip("/")

    def _here(self, path: str) -> str:
        """A path as the shell has it: those of the guide lie below the folder where it is not enclosed."""
        root = str(self.places.workstation)
        if self.enclosed or path.startswith(f"{root}/"):
            return path
        return root + str(PurePosixPath("/") / path) if not path.startswith("/") else root + path
