"""When an embedded sandbox is not brought back but made anew in its place."""

from __future__ import annotations

import pytest

from grader.model.studio import NAMESPACE
from grader.sandbox.embedded.reset import sooner_anew
from grader.sandbox.reset.plan import Plan

_DEPLOYMENTS = tuple(("apps/v1/Deployment", NAMESPACE, f"one-{number}") for number in range(8))
_OTHERS = tuple(("v1/Service", NAMESPACE, f"one-{number}") for number in range(8))
_PODS = tuple({"kind": "Pod", "metadata": {"name": f"pod-{number}"}} for number in range(8))


@pytest.mark.parametrize(
    ("steps", "among_many", "why"),
    [
        (Plan(), False, ""),
        (Plan(pods=_PODS[:7]), False, ""),
        (Plan(pods=_PODS), False, "8 pods have to begin again"),
        (Plan(pods=_PODS), True, ""),
        (Plan(pods=_PODS, install=_DEPLOYMENTS[:2]), False, "8 pods have to begin again"),
        # Their pods may be gone already.
        (Plan(install=_DEPLOYMENTS), False, "8 pods have to begin again"),
        (Plan(pods=_PODS[:1], install=(*_OTHERS, *_DEPLOYMENTS[:7])), False, ""),
        (Plan(spaces=("mine",)), False, "a namespace has to go"),
        (Plan(spaces=("mine",)), True, "a namespace has to go"),
    ],
)
def test_what_takes_longer_than_another_one(steps: Plan, why: str, *, among_many: bool) -> None:
    """Most services, or a namespace; in a proof, where processors are what is short, only the latter."""
    assert sooner_anew(steps, among_many=among_many) == why
