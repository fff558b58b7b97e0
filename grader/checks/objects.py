"""One object of the cluster, whether it is there or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from grader.checks.expectation import NoBaseline, fail
from grader.model.text import Bilingual

if TYPE_CHECKING:
    from grader.checks.cluster import Cluster
    from grader.model.observation import KubeObject

_NAMED_AT_MOST = 20


class ObjectView:
    """One object. Reading anything of an object that is not there fails the check, and says so.

    Attributes:
        kind: Its kind, such as "Deployment".
        full_kind: The same with its apiVersion, such as "apps/v1/Deployment".
        namespace: "" for an object outside any.
        name: Its name.

    Args:
        cluster: Where it was looked for.
        kind: "apiVersion/kind", such as "apps/v1/Deployment".
        namespace: "" for an object outside any.
        name: Its name.
        found: Its JSON, or None where it is not there.
    """

    def __init__(
        self, cluster: Cluster, kind: str, namespace: str, name: str, found: KubeObject | None
    ) -> None:
        self._cluster = cluster
        self._found = found
        self.kind = kind.rpartition("/")[2]
        self.full_kind = kind
        self.namespace = namespace
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.where()}{'' if self.exists else ', absent'}>"

    @property
    def exists(self) -> bool:
        """Whether it is there; the one question that an absent object answers."""
        return self._found is not None

    @property
    def raw(self) -> KubeObject:
        """Its JSON as the API server has it."""
        if self._found is None:
            self._fail_absent()
        return self._found

    @property
    def uid(self) -> str:
        """Its identity: another object of the same name has another one."""
        return str(self.field("metadata", "uid", default=""))

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels."""
        return _mapping(self.field("metadata", "labels"))

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return _mapping(self.field("metadata", "annotations"))

    @property
    def terminating(self) -> bool:
        """Whether it is being deleted."""
        return self.field("metadata", "deletionTimestamp") is not None

    @property
    def controller_uid(self) -> str:
        """The uid of the object that manages this one; "" where none does."""
        owners = self.field("metadata", "ownerReferences", default=())
        return next((str(o.get("uid", "")) for o in owners if o.get("controller")), "")

    def field(self, *keys: str | int, default: Any = None) -> Any:
        """A value deep inside, `default` where it is not there yet.

        deployment.field("spec", "template", "spec", "containers", 0, "image")
        """
        value: Any = self.raw
        for key in keys:
            if isinstance(key, int):
                inside = isinstance(value, list | tuple) and len(value) > key
            else:
                inside = isinstance(value, Mapping) and key in value
            if not inside:
                return default
            value = value[key]
        return default if value is None else value

    def where(self, path: str = "") -> str:
        """Names the object, and a place in it, for `expect`."""
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}" + (f": {path}" if path else "")

    def _fail_absent(self) -> NoReturn:
        if self._cluster.earlier:
            raise NoBaseline(f"{self.where()}: it was not there before the candidate began")
        there = sorted(o.name for o in self._cluster.all(self.full_kind, namespace=self.namespace))
        elsewhere = sorted(
            o.namespace
            for o in self._cluster.all(self.full_kind, namespace=None)
            if o.name == self.name
        )
        seen = _absent(self.kind, there, elsewhere)
        what = f"{self.kind} {self.name}"
        place = self.namespace
        fail(
            Bilingual(f"{what} dans {place}", f"{what} in {place}") if place else what,
            seen,
            where=self.where(),
            fr="Sans cet objet, le reste de cette vérification ne peut pas être atteint.",
            en="Without this object, the rest of this check can't be reached.",
        )


def _absent(kind: str, there: list[str], elsewhere: list[str]) -> Bilingual:
    if elsewhere:
        names = ", ".join(elsewhere[:_NAMED_AT_MOST])
        return Bilingual(
            f"absent ; il y en a un de ce nom dans : {names}",
            f"absent; there is one of that name in: {names}",
        )
    if there:
        names = ", ".join(there[:_NAMED_AT_MOST])
        return Bilingual(f"absent ; {kind} présents : {names}", f"absent; {kind}s there: {names}")
    return Bilingual(f"absent ; aucun {kind} ici", f"absent; there is no {kind} at all")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
