"""An audit log as the API server writes it, and a chain that a recorder made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.sandbox.audit.extract import read_extract
from grader.sandbox.audit.places import AuditPlaces
from grader.sandbox.audit.watch import end_recorder, lay_out, recorders, start_recorder
from grader.sandbox.waiting import wait_until

BEGAN = "2026-11-25T15:00:00.000Z"
ADMIN = "kubernetes-admin"


def event(number: int, **other: Any) -> dict[str, Any]:
    """A candidate's patch of a Deployment, `number` seconds after the beginning."""
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Request",
        "auditID": f"id-{number}",
        "stage": "ResponseComplete",
        "requestURI": "/apis/apps/v1/namespaces/pivori-production/deployments/payment?fieldManager=x",
        "verb": "patch",
        "user": {"username": "candidate", "groups": ["system:authenticated"]},
        "userAgent": "kubectl/v1.37.2 (linux/amd64) kubernetes/abc",
        "objectRef": {
            "resource": "deployments",
            "namespace": "pivori-production",
            "name": "payment",
            "apiGroup": "apps",
        },
        "responseStatus": {"metadata": {}, "code": 200},
        "requestObject": {"spec": {"replicas": number}},
        "requestReceivedTimestamp": f"2026-11-25T15:00:{number:02d}.123456Z",
        **other,
    }


def write(places: AuditPlaces, *events: dict[str, Any]) -> None:
    """Append events to the log."""
    with places.source_log.open("a", encoding="utf-8") as log:
        log.writelines(json.dumps(one) + "\n" for one in events)


def laid_out(folder: Path) -> AuditPlaces:
    """The places of an attempt whose API server has not written yet."""
    places = AuditPlaces(folder)
    lay_out(places, "candidate")
    return places


@contextmanager
def recording(places: AuditPlaces) -> Iterator[None]:
    """A recorder at work, ended afterwards."""
    start_recorder(places)
    try:
        assert wait_until(lambda: b"begin" in chain_of(places), timeout_s=20)
        yield
    finally:
        end_recorder(places)
        assert recorders(places) == []


def chain_of(places: AuditPlaces) -> bytes:
    """What the chain's file holds now."""
    return places.chain.read_bytes() if places.chain.exists() else b""


def recorded(places: AuditPlaces, text: str, *, times: int = 1) -> None:
    """Wait until the chain has a text, so many times."""
    assert wait_until(lambda: chain_of(places).count(text.encode()) >= times, timeout_s=20), text


def findings(places: AuditPlaces, *, running: bool = True) -> list[str]:
    """The kinds of what is missing of a log."""
    extract = read_extract(places, since=BEGAN, own=frozenset({ADMIN}), running=running)
    return [finding.kind for finding in extract.findings]
