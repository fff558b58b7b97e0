"""Helm's releases, read from where Helm keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.checks.cluster import Cluster
from grader.checks.expectation import NoBaseline, fail
from grader.checks.helm_storage import PREFIX, SECRET_TYPE, UnreadableRelease, decode_release
from grader.checks.objects import ObjectView
from grader.model.observation import KubeObject
from grader.model.studio import NAMESPACE
from grader.model.text import Bilingual


@dataclass(frozen=True)
class Chart:
    """The chart that a revision was made from."""

    name: str
    version: str
    app_version: str


@dataclass(frozen=True)
class Revision:
    """One line of `helm history`.

    Attributes:
        number: Its revision, from 1.
        status: deployed, superseded, failed, uninstalled, pending-install, ...
        chart: What it was made from.
        values: What was given with -f and --set.
        defaults: The chart's own values.
        objects: What Helm made, as its manifest has it; None where that can't be read.
    """

    number: int
    status: str
    chart: Chart
    values: Mapping[str, Any]
    defaults: Mapping[str, Any]
    objects: Sequence[KubeObject] | None = None

    @property
    def all_values(self) -> Mapping[str, Any]:
        """The chart's own values with the given ones over them, as templates see them."""
        return _merged(self.defaults, self.values)


class ReleaseView:
    """A release. Reading anything of one that is not there fails the check, and says so.

    Attributes:
        name: The release's name.
        namespace: The release's namespace.

    Args:
        cluster: Where its Secrets are.
        name: The release's name.
        namespace: The release's namespace.
    """

    def __init__(self, cluster: Cluster, name: str, namespace: str) -> None:
        self._cluster = cluster
        self.name = name
        self.namespace = namespace

    @property
    def exists(self) -> bool:
        """Whether Helm knows the release, in whatever status."""
        return bool(self._secrets)

    @property
    def revision(self) -> int:
        """The number of its latest revision."""
        return self.latest.number

    @property
    def status(self) -> str:
        """The status of its latest revision."""
        return self.latest.status

    @property
    def chart(self) -> Chart:
        """The chart of its latest revision."""
        return self.latest.chart

    @property
    def values(self) -> Mapping[str, Any]:
        """What was given with -f and --set for its latest revision."""
        return self.latest.values

    @property
    def all_values(self) -> Mapping[str, Any]:
        """The values of its latest revision as templates see them."""
        return self.latest.all_values

    @cached_property
    def history(self) -> Sequence[Revision]:
        """Every revision, the oldest first; none where there is no such release.

        Raises:
            UnreadableRelease: A Secret of it does not hold a release.
        """
        return sorted((self._revision(s) for s in self._secrets), key=lambda r: r.number)

    def owns(self, found: ObjectView) -> bool:
        """Whether Helm made an object for this release, by the marks that Helm sets and checks."""
        return (
            found.labels.get("app.kubernetes.io/managed-by") == "Helm"
            and found.annotations.get("meta.helm.sh/release-name") == self.name
            and found.annotations.get("meta.helm.sh/release-namespace") == self.namespace
        )

    def where(self, path: str = "") -> str:
        """Names the release, and a place in it, for `expect`."""
        return f"Helm release {self.namespace}/{self.name}" + (f": {path}" if path else "")

    @property
    def latest(self) -> Revision:
        """Its latest revision, whatever its status."""
        if not self._secrets:
            self._fail_absent()
        return self.history[-1]

    @cached_property
    def _secrets(self) -> Sequence[ObjectView]:
        return [s for s in _stored(self._cluster, self.namespace) if _release_name(s) == self.name]

    def _revision(self, secret: ObjectView) -> Revision:
        cluster = self._cluster
        if not cluster.earlier:
            # What a candidate stored can be made to fill the memory; it is let go with its check.
            return _revision(secret)
        return cluster._objects.once(secret.raw, lambda: _revision(secret))  # noqa: SLF001

    def _fail_absent(self) -> None:
        if self._cluster.earlier:
            raise NoBaseline(f"{self.where()}: it was not there before the candidate began")
        names = sorted({_release_name(s) for s in _stored(self._cluster, self.namespace)})
        elsewhere = sorted(
            {s.namespace for s in _stored(self._cluster, None) if _release_name(s) == self.name}
        )
        if elsewhere:
            seen = Bilingual(
                f"absente ici, mais présente dans : {', '.join(elsewhere)}",
                f"none here, but there is one in: {', '.join(elsewhere)}",
            )
        else:
            listed = ", ".join(names)
            seen = Bilingual(
                f"absente ; releases présentes : {listed or 'aucune'}",
                f"none; releases there: {listed or 'none'}",
            )
        fail(
            Bilingual(f"la release Helm {self.name}", f"the Helm release {self.name}"),
            seen,
            where=self.where(),
            fr="Sans release, pas d'historique : ni helm history ni helm rollback ne marchent.",
            en="Without a release there is no history: neither helm history nor helm rollback works.",
        )


class Helm:
    """Helm's releases at the moment of judging; the fixture `helm`.

    Args:
        cluster: Where their Secrets are.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def release(self, name: str, namespace: str = NAMESPACE) -> ReleaseView:
        """A release by its exact name."""
        return ReleaseView(self._cluster, name, namespace)


def _stored(cluster: Cluster, namespace: str | None) -> Sequence[ObjectView]:
    secrets = cluster.all("v1/Secret", namespace=namespace)
    return [s for s in secrets if s.field("type") == SECRET_TYPE and s.name.startswith(PREFIX)]


def _release_name(secret: ObjectView) -> str:
    return secret.name.removeprefix(PREFIX).rpartition(".v")[0]


def _revision(secret: ObjectView) -> Revision:
    try:
        release = decode_release(str(secret.field("data", "release", default="")))
        chart = release["chart"]
        metadata = chart["metadata"]
        return Revision(
            number=int(release["version"]),
            status=str(release["info"]["status"]),
            chart=Chart(
                str(metadata["name"]),
                str(metadata["version"]),
                str(metadata.get("appVersion", "")),
            ),
            values=dict(release.get("config") or {}),
            defaults=dict(chart.get("values") or {}),
            objects=release.get("objects"),
        )
    except UnreadableRelease as error:
        raise UnreadableRelease(f"{secret.where('data.release')}: unreadable: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{secret.where('data.release')}: unreadable: {error!r}"
        raise UnreadableRelease(what) from error


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Mapping[str, Any]:
    """Helm's own merge: tables are merged, anything else is replaced, null takes away."""
    merged = dict(under)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged
