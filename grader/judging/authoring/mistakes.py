"""Mistakes in a scenario's folder, or in an exam's file, gathered so that an author sees all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from grader.model.errors import Code, GraderError


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake; lines and columns count from 1."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


@dataclass
class Mistakes:
    """The mistakes found so far in what an author wrote.

    Args:
        folder: The scenario's folder, or the exam's file.
        code: What they are an error of.
        what: What has them, in a word.
    """

    folder: Path
    code: Code = Code.SCENARIO_INVALID
    what: str = "scenario"
    found: list[Mistake] = field(default_factory=list)

    def add(self, file: Path, text: str, *, line: int = 1, column: int = 1) -> None:
        """Note a mistake."""
        self.found.append(Mistake(str(file), line, column, text))

    def stop_if_any(self) -> None:
        """Raise all that was found.

        Raises:
            GraderError: scenario-invalid, or what `code` says; `detail` has one mistake a line.
        """
        if not self.found:
            return
        count = len(self.found)
        raise GraderError(
            self.code,
            f"the {self.what} has {count} mistake{'s' if count > 1 else ''}",
            where=str(self.folder),
            hint="correct the lines below",
            detail="\n".join(str(mistake) for mistake in sorted(self.found)),
        )
