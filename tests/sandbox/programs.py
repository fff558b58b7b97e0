"""Programs that say what a test wants and record how they were called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_RECORD = """\
#!/bin/sh
printf '%s\\n' "$*" >> '{calls}'
"""


@dataclass(frozen=True)
class Programs:
    """The programs in a folder; scripts use what /bin/sh has built in."""

    folder: Path

    def add(self, name: str, script: str) -> Path:
        """Put a shell script there under this name."""
        path = self.folder / name
        path.write_text(_RECORD.format(calls=self._calls(name)) + script, encoding="utf-8")
        path.chmod(0o755)
        return path

    def says(self, name: str, text: str, *, exit_code: int = 0, stderr: str = "") -> Path:
        """Put a program there that prints this, whatever it is asked."""
        return self.add(
            name,
            f"printf '%s' {_quoted(text)}\nprintf '%s' {_quoted(stderr)} >&2\nexit {exit_code}\n",
        )

    def calls(self, name: str) -> list[str]:
        """The arguments of each call, oldest first."""
        path = self._calls(name)
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def _calls(self, name: str) -> Path:
        return self.folder / f"{name}.calls"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
