"""Deployments and their like: too few pods, another image, no configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.judging.proof.difference import Key, Path, Subject, kind_of, value_at
from grader.judging.proof.mutant import Mutant, mutant, put
from grader.model.observation import KubeObject
from grader.model.studio import Studio

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
_POD: Path = ("spec", "template", "spec")
_NO_RELEASE = "0.0.0-none"


def workloads(subject: Subject, studio: Studio) -> Iterator[Mutant]:
    """Damage to every workload that was made or changed."""
    for key, found in subject.there.items():
        if kind_of(key) in KINDS:
            yield from _fewer(subject, key, found)
            yield from _images(subject, key, found, studio)
            yield from _configuration(subject, key, found)
            yield from _labels(subject, key, found)


def _fewer(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    path: Path = ("spec", "replicas")
    replicas = value_at(found, path)
    if not isinstance(replicas, int) or replicas < 1 or not subject.agreed(key, path):
        return
    yield mutant(key, f"replicas {replicas} is 0", put(path, 0), behaviour=True)
    if replicas > 1 and subject.touched(key, path) and not _is_scaled(subject, key):
        yield mutant(key, f"replicas {replicas} is {replicas - 1}", put(path, replicas - 1))


def _is_scaled(subject: Subject, key: Key) -> bool:
    """Whether somebody else decides how many pods there are."""
    targets = (
        value_at(found, ("spec", "scaleTargetRef"))
        for other, found in subject.solved[0].items()
        if kind_of(other) == "HorizontalPodAutoscaler" and other[1] == key[1]
    )
    return any((t or {}).get("kind") == kind_of(key) and t.get("name") == key[2] for t in targets)


def _images(subject: Subject, key: Key, found: KubeObject, studio: Studio) -> Iterator[Mutant]:
    for place, container in enumerate(_containers(found)):
        path = (*_POD, "containers", place, "image")
        image = str(container.get("image", ""))
        repository, colon, tag = image.rpartition(":")
        if not colon or "/" in tag or not subject.agreed(key, path):
            continue
        name = container.get("name")
        other = _other_release(studio, str(name), tag)
        if other:
            what = f"image of {name} is release {other}"
            yield mutant(key, what, put(path, f"{repository}:{other}"))
        what = f"image of {name} is no release"
        yield mutant(key, what, put(path, f"{repository}:{_NO_RELEASE}"), behaviour=True)


def _other_release(studio: Studio, service: str, tag: str) -> str:
    """A release of the service that works and is not the one that was asked for; "" where none is known."""
    known = studio.services.get(service)
    good: Sequence[str] = getattr(known, "good", ())
    return next((version for version in reversed(good) if version != tag), "")


def _configuration(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    """A container without the ConfigMaps and Secrets that it was given; only where the answers gave them."""
    for place, container in enumerate(_containers(found)):
        path = (*_POD, "containers", place, "envFrom")
        if container.get("envFrom") and subject.touched(key, path) and subject.agreed(key, path):
            what = f"container {container.get('name')} without its configuration"
            yield mutant(key, what, put(path, None), behaviour=True)


def _labels(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    """A pod label dropped that a Service selects on and the workload itself does not."""
    labels: Mapping[str, str] = value_at(found, ("spec", "template", "metadata", "labels")) or {}
    own = value_at(found, ("spec", "selector", "matchLabels")) or {}
    wanted = {
        name
        for other, service in subject.solved[0].items()
        if kind_of(other) == "Service" and other[1] == key[1]
        for selector in [value_at(service, ("spec", "selector")) or {}]
        if selector and all(labels.get(k) == v for k, v in selector.items())
        for name in selector
    }
    for name in sorted(wanted - own.keys()):
        path = ("spec", "template", "metadata", "labels", name)
        yield mutant(key, f"pods without the label {name}", put(path, None), behaviour=True)


def _containers(found: KubeObject) -> Sequence[Mapping[str, Any]]:
    return value_at(found, (*_POD, "containers")) or ()
