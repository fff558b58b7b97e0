"""How full the workstation's disks are, as far as a check declared them."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.expectation import NotDeclared, NotSeen, fail
from grader.checks.rendering import Render, as_it_is
from grader.model.observation import DiskRequest, Observation
from grader.model.text import Bilingual


@dataclass(frozen=True)
class Disk:
    """A disk, in bytes; `free` is what the candidate may still write.

    Attributes:
        path: A path on it.
        size: All of it.
        used: What is taken.
        free: What the candidate may still write.
    """

    path: str
    size: int
    used: int
    free: int

    @property
    def percent(self) -> int:
        """How full it is, as `df` shows it: of what the candidate can ever use, rounded up."""
        usable = self.used + self.free
        return -(-100 * self.used // usable) if usable else 100

    def where(self, path: str = "") -> str:
        """Names the disk, and something of it, for `expect`."""
        return f"disk of {self.path}" + (f": {path}" if path else "")


class Disks:
    """The disks that a check declared; the fixture `disks`.

    Args:
        observation: Where they are recorded.
        declared: The requests of this check.
        render: Puts the attempt's parameters into a request.
    """

    def __init__(
        self,
        observation: Observation,
        declared: tuple[DiskRequest, ...],
        render: Render = as_it_is,
    ) -> None:
        self._observation = observation
        self._declared = declared
        self._render = render

    def of(self, request: DiskRequest) -> Disk:
        """The disk that holds a path; fails the check where there is no such path.

        Raises:
            NotDeclared, NotSeen: It was not declared, or could not be looked at.
        """
        request = self._render(request)
        if request not in self._declared:
            raise NotDeclared(f"{request.key}: the check does not declare it in disks=[...]")
        if request.key not in self._observation.disks:
            cause = self._observation.faults.get(request.key, "it was not looked at")
            raise NotSeen(f"{request.key}: {cause}")
        found = self._observation.disks[request.key]
        if found is None:
            fail(
                request.path,
                Bilingual("absent", "absent"),
                where=request.path,
                fr="Sans ce dossier, les sauvegardes n'ont pas de place.",
                en="Without this folder, backups have no place.",
            )
        return Disk(request.path, found.size, found.used, found.free)
