"""A call from one simulated pod to another: it goes as Service, endpoints and NetworkPolicies say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from grader.sandbox.api import KubeApi
from tests.e2e.bare import Bare
from tests.e2e.product import wait_for

pytestmark = pytest.mark.engine

_SPACE = "pivori-production"
_HEALTH = "http://audio:8031/health"
_ANSWERED, _NO_NAME, _REFUSED, _SILENT = 0, 6, 7, 28
"""How curl ends."""


def _labels(service: str) -> Mapping[str, Any]:
    return {"matchLabels": {"app.kubernetes.io/name": service}}


def _policy(of: str, **rules: Any) -> Mapping[str, Any]:
    """One that says for a service's pods who may come in, or where they may go."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "tried", "namespace": _SPACE},
        "spec": {"podSelector": _labels(of), "policyTypes": [n.title() for n in rules], **rules},
    }


def _service(**spec: Any) -> Mapping[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "tried", "namespace": _SPACE},
        "spec": {"ports": [{"port": 8031}], **spec},
    }


_NAMES = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
_OWN_SPACE = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": _SPACE}}}
_POLICIES = {
    "nobody comes in": (_policy("audio", ingress=[]), _SILENT, _SILENT),
    "one service comes in": (
        _policy("audio", ingress=[{"from": [{"podSelector": _labels("game")}]}]),
        _ANSWERED,
        _SILENT,
    ),
    "the namespace comes in": (
        _policy("audio", ingress=[{"from": [_OWN_SPACE], "ports": [{"port": 8031}]}]),
        _ANSWERED,
        _ANSWERED,
    ),
    "another namespace's pods of that name come in": (
        _policy(
            "audio",
            ingress=[
                {
                    "from": [
                        {
                            "podSelector": _labels("game"),
                            "namespaceSelector": {"matchLabels": {"no": "such"}},
                        }
                    ]
                }
            ],
        ),
        _SILENT,
        _SILENT,
    ),
    "by a named port": (
        _policy("audio", ingress=[{"ports": [{"port": "http"}]}]),
        _ANSWERED,
        _ANSWERED,
    ),
    "by another port": (
        _policy("audio", ingress=[{"ports": [{"port": 8032}]}]),
        _SILENT,
        _SILENT,
    ),
    "by a range of ports": (
        _policy("audio", ingress=[{"ports": [{"port": 8000, "endPort": 8031}]}]),
        _ANSWERED,
        _ANSWERED,
    ),
    "from everywhere": (
        _policy("audio", ingress=[{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]),
        _ANSWERED,
        _ANSWERED,
    ),
    "from no pod": (
        _policy(
            "audio",
            ingress=[{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}],
        ),
        _SILENT,
        _SILENT,
    ),
    "one service goes nowhere": (_policy("game", egress=[]), _NO_NAME, _ANSWERED),
    "one service asks for names only": (_policy("game", egress=[_NAMES]), _SILENT, _ANSWERED),
    "one service goes to the other": (
        _policy("game", egress=[_NAMES, {"to": [{"podSelector": _labels("audio")}]}]),
        _ANSWERED,
        _ANSWERED,
    ),
}
_SERVICES = {
    "its pods": (_service(selector=_labels("audio")["matchLabels"]), _ANSWERED),
    "nobody's": (_service(selector={"no": "such"}), _REFUSED),
    "another port of theirs": (
        _service(
            selector=_labels("audio")["matchLabels"], ports=[{"port": 8031, "targetPort": 8032}]
        ),
        _REFUSED,
    ),
    "a named port that they have": (
        _service(
            selector=_labels("audio")["matchLabels"], ports=[{"port": 8031, "targetPort": "http"}]
        ),
        _ANSWERED,
    ),
    "without an address": (
        _service(selector=_labels("audio")["matchLabels"], clusterIP="None"),
        _ANSWERED,
    ),
}


def _curl(bare: Bare, attempt: str, service: str, address: str) -> int:
    """How it ends for somebody in a service's container."""
    typed = f"kubectl -n {_SPACE} exec deploy/{service} -- curl -s -m 1 {address} >/dev/null 2>&1"
    return int(bare.at_workstation(attempt, f"{typed}; echo $?"))


@pytest.mark.parametrize("name", _POLICIES)
def test_a_policy_is_kept_to(bare: Bare, attempt: str, api: KubeApi, name: str) -> None:
    """What it forbids gets no answer at all; without it everything is as before."""
    policy, from_game, from_live = _POLICIES[name]
    path = f"/apis/networking.k8s.io/v1/namespaces/{_SPACE}/networkpolicies/tried"
    try:
        if from_game == from_live == _ANSWERED:
            # They would be answered before the policy is known, too: nobody is at first.
            closed: dict[str, list[Any]] = {
                rule: [] for rule in ("ingress", "egress") if rule in policy["spec"]
            }
            api.apply(json.dumps({**policy, "spec": {**policy["spec"], **closed}}))
            wait_for(lambda: _curl(bare, attempt, "game", _HEALTH) != _ANSWERED, "it is closed")
        api.apply(json.dumps(policy))
        wait_for(lambda: _curl(bare, attempt, "game", _HEALTH) == from_game, f"game: {from_game}")
        wait_for(lambda: _curl(bare, attempt, "live", _HEALTH) == from_live, f"live: {from_live}")
    finally:
        api.request("DELETE", path)
    wait_for(lambda: _curl(bare, attempt, "game", _HEALTH) == _ANSWERED, "as before")


@pytest.mark.parametrize("name", _SERVICES)
def test_a_service_leads_to(bare: Bare, attempt: str, api: KubeApi, name: str) -> None:
    """What it selects and no other; where that is nothing, the call is refused at once."""
    service, ends = _SERVICES[name]
    api.apply(json.dumps(service))
    try:
        wait_for(
            lambda: _curl(bare, attempt, "game", "http://tried:8031/health") == ends,
            f"it is {ends}",
        )
    finally:
        api.request("DELETE", f"/api/v1/namespaces/{_SPACE}/services/tried")
    wait_for(
        lambda: _curl(bare, attempt, "game", "http://tried:8031/health") == _NO_NAME, "it is gone"
    )
