"""Roles, budgets, scalers, timetables: rules that are wider, laxer, or about something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from grader.judging.proof.difference import Path, Subject, kind_of, value_at
from grader.judging.proof.mutant import Mutant, mutant, put
from grader.model.observation import KubeObject

_EVERYTHING = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
_EVERYBODY = {
    "kind": "Group",
    "apiGroup": "rbac.authorization.k8s.io",
    "name": "system:authenticated",
}


def rules(subject: Subject) -> Iterator[Mutant]:
    """Damage to the objects that rule others."""
    for key, found in subject.there.items():
        damage = _DAMAGE.get(kind_of(key))
        if damage is not None:
            for path, what, value in damage(found):
                if subject.touched(key, path) and subject.agreed(key, path):
                    yield mutant(key, what, put(path, value))


_Damage = Iterator[tuple[Path, str, Any]]


def _role(found: KubeObject) -> _Damage:
    if found.get("rules") != _EVERYTHING:
        yield ("rules",), "allows everything", _EVERYTHING


def _binding(found: KubeObject) -> _Damage:
    yield ("subjects",), "is for everybody", [*(found.get("subjects") or ()), _EVERYBODY]


def _budget(found: KubeObject) -> _Damage:
    spec: Any = found.get("spec") or {}
    if spec.get("minAvailable") not in {None, 0}:
        yield ("spec", "minAvailable"), "minAvailable is 0", 0
    if spec.get("maxUnavailable") not in {None, "100%"}:
        yield ("spec", "maxUnavailable"), "maxUnavailable is 100%", "100%"


def _scaler(found: KubeObject) -> _Damage:
    for name in ("minReplicas", "maxReplicas"):
        number = value_at(found, ("spec", name))
        if isinstance(number, int):
            yield ("spec", name), f"{name} {number} is {number + 1}", number + 1
    for place, metric in enumerate(value_at(found, ("spec", "metrics")) or ()):
        target = value_at(metric, ("resource", "target", "averageUtilization"))
        if isinstance(target, int):
            path: Path = ("spec", "metrics", place, "resource", "target", "averageUtilization")
            yield path, f"target {target} is {target + 10}", target + 10
    name = value_at(found, ("spec", "scaleTargetRef", "name"))
    yield ("spec", "scaleTargetRef", "name"), "scales something else", f"{name}-other"


def _cron_job(found: KubeObject) -> _Damage:
    if not value_at(found, ("spec", "suspend")):
        yield ("spec", "suspend"), "is suspended", True
    yield ("spec", "schedule"), "has another schedule", "13 13 13 1 *"


def _quota(found: KubeObject) -> _Damage:
    for name in sorted(value_at(found, ("spec", "hard")) or {})[:4]:
        yield ("spec", "hard", name), f"hard {name} is another", "999"


_DAMAGE: dict[str, Callable[[KubeObject], _Damage]] = {
    "Role": _role,
    "ClusterRole": _role,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "PodDisruptionBudget": _budget,
    "HorizontalPodAutoscaler": _scaler,
    "CronJob": _cron_job,
    "ResourceQuota": _quota,
}
