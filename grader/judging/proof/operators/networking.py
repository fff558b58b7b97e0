"""Services, Ingresses and NetworkPolicies: the wrong door, the wrong house, no door at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.judging.proof.difference import Key, Path, Subject, kind_of, value_at
from grader.judging.proof.mutant import Mutant, mutant, put
from grader.model.observation import KubeObject

_NOBODY = {"proof.grader/nobody": "true"}


def networking(subject: Subject) -> Iterator[Mutant]:
    """Damage to what leads traffic, or keeps it out."""
    damage = {"Service": _service, "Ingress": _ingress, "NetworkPolicy": _policy}
    for key, found in subject.there.items():
        if kind_of(key) in damage:
            yield from damage[kind_of(key)](subject, key, found)


def _service(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    for place, port in enumerate(value_at(found, ("spec", "ports")) or ()):
        path: Path = ("spec", "ports", place, "port")
        number = port.get("port")
        if isinstance(number, int) and subject.agreed(key, path):
            yield mutant(key, f"port {number} is {number + 1}", put(path, number + 1))
        target: Path = ("spec", "ports", place, "targetPort")
        value = port.get("targetPort")
        if value is not None and subject.agreed(key, target):
            wrong = value + 1 if isinstance(value, int) else "no-such-port"
            yield mutant(key, f"targetPort {value} is {wrong}", put(target, wrong), behaviour=True)
    selector = value_at(found, ("spec", "selector")) or {}
    for name in sorted(selector)[:1]:
        path = ("spec", "selector", name)
        if subject.agreed(key, path):
            what = f"selector {name} is another"
            yield mutant(key, what, put(path, f"{selector[name]}-other"), behaviour=True)


def _ingress(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    for place, rule in enumerate(value_at(found, ("spec", "rules")) or ()):
        host: Path = ("spec", "rules", place, "host")
        if rule.get("host") and _touched(subject, key, host):
            yield mutant(key, f"host {rule['host']} is another", put(host, f"other.{rule['host']}"))
        for number, way in enumerate(value_at(rule, ("http", "paths")) or ()):
            path: Path = (
                "spec",
                "rules",
                place,
                "http",
                "paths",
                number,
                "backend",
                "service",
                "name",
            )
            name = value_at(way, ("backend", "service", "name"))
            if name and _touched(subject, key, path):
                yield mutant(key, f"backend {name} is another", put(path, f"{name}-other"))


def _policy(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    spec: Any = found.get("spec") or {}
    for direction in ("ingress", "egress"):
        path: Path = ("spec", direction)
        restricts = direction.capitalize() in (spec.get("policyTypes") or ("Ingress",))
        if restricts and spec.get(direction) != [{}] and _touched(subject, key, path):
            yield mutant(key, f"{direction} lets everything through", put(path, [{}]))
    path = ("spec", "podSelector")
    if _touched(subject, key, path):
        yield mutant(key, "concerns no pod", put(path, {"matchLabels": _NOBODY}))


def _touched(subject: Subject, key: Key, path: Path) -> bool:
    return subject.touched(key, path) and subject.agreed(key, path)
