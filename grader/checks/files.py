"""Files of the workstation, as far as a check declared them."""

from __future__ import annotations

from grader.checks.expectation import NotDeclared, NotSeen
from grader.checks.notes import Note
from grader.checks.rendering import Render, as_it_is
from grader.model.observation import Observation


class Files:
    """The files that a check declared; the fixture `files`.

    Args:
        observation: Where they are recorded.
        declared: The paths of this check.
        render: Puts the attempt's parameters into a path.
    """

    def __init__(
        self, observation: Observation, declared: tuple[str, ...], render: Render = as_it_is
    ) -> None:
        self._observation = observation
        self._declared = declared
        self._render = render

    def content(self, path: str) -> bytes | None:
        """A file's first million bytes; None where there is no such file.

        Raises:
            NotDeclared, NotSeen: It was not declared, or could not be read.
        """
        path = self._render(path)
        if path not in self._declared:
            raise NotDeclared(f"{path}: the check does not declare it in files=[...]")
        if path not in self._observation.files:
            raise NotSeen(f"{path}: {self._observation.faults.get(path, 'it was not read')}")
        return self._observation.files[path]

    def note(self, path: str) -> Note:
        """A file read as a note: lines of `key: value`; one that is not there says nothing.

        Raises:
            CannotJudge: as `content`.
        """
        return Note(self._render(path), self.content(path))
