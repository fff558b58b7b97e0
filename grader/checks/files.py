"""Files of the workstation, as far as a check declared them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from pathlib import PurePosixPath

from grader.checks.archives import Archive, read_tar, read_zip
from grader.checks.declaration import Declaration
from grader.checks.expectation import CannotJudge, NotDeclared, NotSeen, fail
from grader.checks.notes import Note
from grader.checks.rendering import Render, as_it_is
from grader.model.observation import FileRequest, Observation, WorkstationFile
from grader.model.text import Bilingual


@dataclass(frozen=True)
class File:
    """A file at the workstation.

    Attributes:
        path: Its absolute path.
        size: Bytes; of a link, those of the file that it leads to.
        modified: When its content last changed, in UTC.
        is_link: Whether it is a symbolic link.
        content: As much of it as the check asked for; None where it asked for none, or where the
            candidate may not read it.
        limit: How many bytes the check asked for; 0 for none.
    """

    path: str
    size: int
    modified: datetime
    is_link: bool
    content: bytes | None
    limit: int

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.path).name

    @property
    def whole(self) -> bytes:
        """All of its content; fails the check where it can't be read.

        Raises:
            CannotJudge: The check asked for no content, or for less than there is.
        """
        if not self.limit:
            raise CannotJudge(f"{self.path}: declared with content=False, so it was not read")
        if self.content is None:
            fail(
                Bilingual("un fichier lisible", "a readable file"),
                Bilingual("illisible pour le candidat", "the candidate may not read it"),
                where=self.path,
                fr="Ce que personne ne peut lire ne sert à personne.",
                en="What nobody can read is of use to nobody.",
            )
        if self.size > self.limit:
            raise CannotJudge(f"{self.path}: {self.size} bytes, of which {self.limit} were read")
        return self.content

    @property
    def text(self) -> str:
        """All of its content as text; what is not UTF-8 in it is replaced. Raises as `whole`."""
        return self.whole.decode("utf-8", "replace")

    def zip(self) -> Archive:
        """The file as a zip archive; fails the check where it is none. Raises as `whole`."""
        return read_zip(self.whole, self.path)

    def tar(self) -> Archive:
        """The file as a tar archive, however compressed; fails the check where it is none. Raises as `whole`."""
        return read_tar(self.whole, self.path)

    def where(self, path: str = "") -> str:
        """Names the file, and a place in it, for `expect`."""
        return f"{self.path}: {path}" if path else self.path


class Files:
    """The files that a check declared; the fixture `files`.

    Args:
        observation: Where they are recorded.
        declared: What this check declares.
        render: Puts the attempt's parameters into a path.
    """

    def __init__(
        self, observation: Observation, declared: Declaration, render: Render = as_it_is
    ) -> None:
        self._observation = observation
        self._declared = declared
        self._render = render

    def of(self, request: FileRequest) -> Sequence[File]:
        """The files of a pattern, in the order of their paths; none where none match.

        Raises:
            NotDeclared, NotSeen: It was not declared, or could not be read.
        """
        request = self._render(request)
        self._demand(request.key, declared=request in self._declared.listings)
        found = self._observation.listings.get(request.key)
        if found is None:
            raise NotSeen(self._unseen(request.key))
        return [_file(file, request.limit) for file in found]

    def content(self, path: str) -> bytes | None:
        """A file's first million bytes; None where there is no such file.

        Raises:
            NotDeclared, NotSeen: It was not declared, or could not be read.
        """
        path = self._render(path)
        self._demand(path, declared=path in self._declared.files)
        if path not in self._observation.files:
            raise NotSeen(self._unseen(path))
        return self._observation.files[path]

    def note(self, path: str) -> Note:
        """A file read as a note: lines of `key: value`; one that is not there says nothing.

        Raises:
            NotDeclared, NotSeen: as `content`.
        """
        return Note(self._render(path), self.content(path))

    def _unseen(self, key: str) -> str:
        return f"{key}: {self._observation.faults.get(key, 'it was not read')}"

    def _demand(self, key: str, *, declared: bool) -> None:
        if not declared:
            raise NotDeclared(f"{key}: the check does not declare it in files=[...]")


def _file(found: WorkstationFile, limit: int) -> File:
    return File(
        path=found.path,
        size=found.size,
        modified=_moment(found.modified),
        is_link=found.link,
        content=found.content,
        limit=limit,
    )


def _moment(seconds: float) -> datetime:
    """A file may bear any time, also one that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        year = MAXYEAR if seconds > 0 else MINYEAR
        return datetime(year, 1, 1, tzinfo=UTC)
