"""Collateral damage: what was well before the candidate began, and that the work may not change.

It is done to the record only: much of it is beyond a candidate's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.checks.helm_storage import PREFIX
from grader.checks.volatile import lasting
from grader.judging.proof.difference import Key, Subject, kind_of, named, value_at
from grader.judging.proof.mutant import About, Change, Edit, Mutant, always, gone, put
from grader.judging.proof.operators.configuration import other_text
from grader.model.observation import KubeObject
from grader.model.scenario import Selector
from grader.model.studio import NAMESPACE


def neighbours(subject: Subject, may_change: Sequence[Selector]) -> Iterator[Mutant]:
    """One neighbour of each kind harmed, and things added that reach beyond themselves."""
    for kind, what, change in _HARM:
        key = _first(subject, kind, may_change)
        if key is not None:
            yield Mutant(
                f"{named(key)} {what}", About.NEIGHBOUR, (Edit(key, change(key, subject)),)
            )
    for key, added in _ADDED:
        if not any(s.matches(kind_of(key), key[1], key[2]) for s in may_change):
            edit = Edit(key, always(_made(key, added)))
            yield Mutant(f"{named(key)} added", About.NEIGHBOUR, (edit,))


def _first(subject: Subject, kind: str, may_change: Sequence[Selector]) -> Key | None:
    """The first object of a kind in the studio that nobody touched and nobody may."""
    for key, found in sorted(subject.found.items()):
        untouched = key in subject.solved[0] and lasting(kind, found) == lasting(
            kind, subject.solved[0][key]
        )
        allowed = any(s.matches(kind, key[1], key[2]) for s in may_change)
        studio = key[1] in {NAMESPACE, "kube-system"} and _is_somebodys(key, found)
        if kind_of(key) == kind and untouched and not allowed and studio:
            return key
    return None


def _is_somebodys(key: Key, found: KubeObject) -> bool:
    """Whether an object belongs to the studio's services, not to the cluster's own works."""
    if key[0] == "v1/Secret":
        return key[2].startswith(PREFIX)
    if key[0] == "v1/ConfigMap":
        return bool(found.get("data")) and key[2] != "kube-root-ca.crt"
    return key[1] == NAMESPACE


def _other_value(key: Key, subject: Subject) -> Change:
    data: dict[str, Any] = subject.found[key].get("data") or {}
    name = min(data)
    return put(("data", name), other_text(str(data[name])))


def _no_pods(_key: Key, _subject: Subject) -> Change:
    return put(("spec", "replicas"), 0)


def _other_image(key: Key, subject: Subject) -> Change:
    path = ("spec", "template", "spec", "containers", 0, "image")
    return put(path, f"{value_at(subject.found[key], path)}-other")


def _other_selector(_key: Key, _subject: Subject) -> Change:
    return put(("spec", "selector"), {"proof.grader/nobody": "true"})


def _deleted(_key: Key, _subject: Subject) -> Change:
    return gone


_HARM: tuple[tuple[str, str, Callable[[Key, Subject], Change]], ...] = (
    ("Deployment", "replicas is 0", _no_pods),
    ("Deployment", "image is another", _other_image),
    ("Deployment", "deleted", _deleted),
    ("Service", "selector is another", _other_selector),
    ("Service", "deleted", _deleted),
    ("ConfigMap", "a value is another", _other_value),
    ("ConfigMap", "deleted", _deleted),
    ("Secret", "deleted", _deleted),
    ("NetworkPolicy", "deleted", _deleted),
    ("PodDisruptionBudget", "deleted", _deleted),
)

_ADDED: tuple[tuple[Key, dict[str, Any]], ...] = (
    (
        ("admissionregistration.k8s.io/v1/MutatingWebhookConfiguration", "", "rewrites-everything"),
        {"webhooks": [{"name": "all.proof.grader", "rules": [{"resources": ["*"]}]}]},
    ),
    (
        ("networking.k8s.io/v1/NetworkPolicy", NAMESPACE, "lets-nobody-in"),
        {"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}},
    ),
)


def _made(key: Key, parts: dict[str, Any]) -> dict[str, Any]:
    api, _, kind = key[0].rpartition("/")
    metadata = {"name": key[2], "uid": f"proof-{key[2]}", "resourceVersion": "1"}
    if key[1]:
        metadata["namespace"] = key[1]
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **parts}
