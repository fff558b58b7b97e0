"""What was seen of the cluster, so that a check reads like a sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from grader.checks.configuration import ConfigMapView, SecretView
from grader.checks.indexed import IndexedObjects
from grader.checks.networking import ServiceView
from grader.checks.objects import ObjectView
from grader.checks.workloads import DeploymentView, PodView
from grader.model.observation import KubeObject
from grader.model.studio import NAMESPACE

View = TypeVar("View", bound=ObjectView)


class Cluster:
    """The objects of the sandbox at the moment of judging; the fixture `cluster`.

        cluster.deployment("geolocation").replicas
        cluster.get("policy/v1/PodDisruptionBudget", "geolocation").exists

    Kinds carry their apiVersion, so that a candidate's own resource named Deployment is not taken
    for one. An object that is not there is returned too: asking it anything but `exists` fails the
    check with an explanation.

    Args:
        objects: JSON by "apiVersion/kind", as an Observation has it, or that with its index.
        earlier: Whether the candidate had not begun: then an object that is not there is an error.
        on_read: Told of each object that is looked at.
    """

    def __init__(
        self,
        objects: Mapping[str, Sequence[KubeObject]] | IndexedObjects,
        *,
        earlier: bool = False,
        on_read: Callable[[KubeObject], None] = lambda _found: None,
    ) -> None:
        self._objects = objects if isinstance(objects, IndexedObjects) else IndexedObjects(objects)
        self._on_read = on_read
        self._listed: dict[tuple[type, str, str | None], list[Any]] = {}
        self.earlier = earlier

    def deployment(self, name: str, namespace: str = NAMESPACE) -> DeploymentView:
        """A Deployment by its exact name."""
        return self._view(DeploymentView, "apps/v1/Deployment", name, namespace)

    def pod(self, name: str, namespace: str = NAMESPACE) -> PodView:
        """A pod by its exact name."""
        return self._view(PodView, "v1/Pod", name, namespace)

    def service(self, name: str, namespace: str = NAMESPACE) -> ServiceView:
        """A Service by its exact name."""
        return self._view(ServiceView, "v1/Service", name, namespace)

    def config_map(self, name: str, namespace: str = NAMESPACE) -> ConfigMapView:
        """A ConfigMap by its exact name."""
        return self._view(ConfigMapView, "v1/ConfigMap", name, namespace)

    def secret(self, name: str, namespace: str = NAMESPACE) -> SecretView:
        """A Secret by its exact name."""
        return self._view(SecretView, "v1/Secret", name, namespace)

    def get(self, kind: str, name: str, namespace: str = NAMESPACE) -> ObjectView:
        """Any object: kind is "apiVersion/kind", namespace "" for one outside any."""
        return self._view(ObjectView, kind, name, namespace)

    def all(
        self,
        kind: str,
        *,
        namespace: str | None = NAMESPACE,
        labels: Mapping[str, str] | None = None,
    ) -> Sequence[ObjectView]:
        """Every object of a kind that has these labels; namespace None is all namespaces."""
        return self._all(ObjectView, kind, namespace, labels)

    def pods(
        self, labels: Mapping[str, str] | None = None, *, namespace: str | None = NAMESPACE
    ) -> Sequence[PodView]:
        """Every pod that has these labels; namespace None is all namespaces."""
        return self._all(PodView, "v1/Pod", namespace, labels)

    def _view(self, view: type[View], kind: str, name: str, namespace: str) -> View:
        found = self._objects.named(kind, namespace, name)
        if found is not None:
            self._on_read(found)
        return view(self, kind, namespace, name, found)

    def _all(
        self,
        view: type[View],
        kind: str,
        namespace: str | None,
        labels: Mapping[str, str] | None,
    ) -> list[View]:
        if labels:
            return self._listing(view, kind, namespace, labels)
        # Asked for again and again, as for the Secret of one release after another.
        asked = view, kind, namespace
        if asked not in self._listed:
            self._listed[asked] = self._listing(view, kind, namespace, {})
        return list(self._listed[asked])

    def _listing(
        self, view: type[View], kind: str, namespace: str | None, labels: Mapping[str, str]
    ) -> list[View]:
        views = [
            view(self, kind, own, name, found)
            for own, name, found in self._objects.of_kind(kind)
            if (namespace is None or namespace == own) and _labelled(found, labels)
        ]
        for one in views:
            self._on_read(one.raw)
        return views

    def _controlled(
        self, view: type[View], kind: str, namespace: str, controllers: Collection[str]
    ) -> list[View]:
        """Those of a kind that one of these objects, by uid, manages."""
        there = self._objects.controlled(kind, namespace, controllers)
        views = [view(self, kind, own, name, found) for own, name, found in there]
        for one in views:
            self._on_read(one.raw)
        return views


def _labelled(found: KubeObject, labels: Mapping[str, str]) -> bool:
    if not labels:
        return True
    own = (found.get("metadata") or {}).get("labels") or {}
    return all(own.get(key) == value for key, value in labels.items())
