"""A difference between the baseline and now that the scenario did not allow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.model.text import Bilingual


class ChangeKind(StrEnum):
    """What became of an object."""

    CHANGED = "changed"
    DELETED = "deleted"
    ADDED = "added"


# In French nouns: a participle would have to know the gender of the object's kind.
_SAID = {
    ChangeKind.CHANGED: Bilingual("modification", "changed"),
    ChangeKind.DELETED: Bilingual("suppression", "deleted"),
    ChangeKind.ADDED: Bilingual("ajout", "added"),
}


@dataclass(frozen=True)
class Change:
    """One object that is not as it was.

    Attributes:
        kind: Its kind, such as "Deployment".
        namespace: Its namespace; "" for an object outside any.
        name: Its name.
        what: Whether it was changed, deleted or added.
        paths: Where in it, such as "spec.replicas"; empty unless it was changed.
    """

    kind: str
    namespace: str
    name: str
    what: ChangeKind
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.words.en

    @property
    def words(self) -> Bilingual:
        """Said to people, such as "Deployment pivori-production/audio changed: spec.replicas"."""
        said, paths = _SAID[self.what], ", ".join(self.paths)
        return Bilingual(
            f"{self._place} : {said.fr}" + (f" de {paths}" if paths else ""),
            f"{self._place} {said.en}" + (f": {paths}" if paths else ""),
        )

    @property
    def where(self) -> str:
        """The object and the first place in it, as a finding names them."""
        return f"{self._place}: {self.paths[0]}" if self.paths else self._place

    @property
    def _place(self) -> str:
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}"
