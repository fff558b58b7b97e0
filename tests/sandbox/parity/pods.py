"""Pods and events as an API server tells of them."""

from __future__ import annotations

from typing import Any

from grader.model.observation import KubeObject


def pod(name: str = "one", *, phase: str = "Running", **status: Any) -> KubeObject:
    """A pod with this status."""
    return {"metadata": {"name": name}, "status": {"phase": phase, **status}}


def container(name: str = "main", **status: Any) -> dict[str, Any]:
    """The status of a container."""
    return {"name": name, "ready": False, "started": False, "restartCount": 0, **status}


def event(reason: str, *, kind: str = "Warning", of: str = "one") -> KubeObject:
    """An event of a pod."""
    return {"type": kind, "reason": reason, "involvedObject": {"name": of}}


def condition(name: str, status: str, **more: str) -> dict[str, str]:
    """A condition of a pod."""
    return {"type": name, "status": status, **more}
