"""Whether a pod is in the state that is waited for."""

from __future__ import annotations

from typing import Any

import pytest

from grader.model.observation import KubeObject
from grader.sandbox.parity.state import reached
from tests.sandbox.parity.pods import condition, container, event, pod

WAITING = container(state={"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=1)
ENDED = container(
    state={"terminated": {"reason": "Error"}}, lastState={"terminated": {"reason": "OOMKilled"}}
)
PENDING = condition("PodScheduled", "False", reason="Unschedulable")


@pytest.mark.parametrize(
    ("until", "there", "elsewhere"),
    [
        (
            {"ready": True},
            pod(conditions=[condition("Ready", "True")]),
            pod(conditions=[condition("Ready", "False")]),
        ),
        ({"ready": False}, pod(conditions=[condition("Ready", "False")]), pod()),
        ({"phase": "Failed"}, pod(phase="Failed"), pod(phase="Running")),
        ({"waiting": "CrashLoopBackOff"}, pod(containerStatuses=[WAITING]), pod()),
        (
            {"waiting": "CrashLoopBackOff"},
            pod(initContainerStatuses=[WAITING]),
            pod(containerStatuses=[ENDED]),
        ),
        (
            {"terminated": "Error"},
            pod(containerStatuses=[ENDED]),
            pod(containerStatuses=[WAITING]),
        ),
        ({"last": "OOMKilled"}, pod(containerStatuses=[ENDED]), pod(containerStatuses=[WAITING])),
        ({"back_off": True}, pod(containerStatuses=[WAITING]), pod(containerStatuses=[ENDED])),
        (
            {"back_off": True},
            pod(containerStatuses=[{**ENDED, "restartCount": 1}]),
            pod(containerStatuses=[container(restartCount=1, state={"running": {}})]),
        ),
        ({"restarts": 1}, pod(containerStatuses=[WAITING]), pod(containerStatuses=[ENDED])),
        ({"unscheduled": "Unschedulable"}, pod(conditions=[PENDING]), pod()),
        ({"unscheduled": "SchedulingGated"}, None, pod(conditions=[PENDING])),
        ({"gone": True}, None, pod()),
    ],
)
def test_each_is_told_apart(
    until: dict[str, Any], there: KubeObject | None, elsewhere: KubeObject
) -> None:
    """What is waited for is seen, and something else is not taken for it."""
    started = [event("Started", kind="Normal")]
    if there is not None or "gone" in until:
        assert reached(until, there, started)
    assert not reached(until, elsewhere, started)


def test_all_that_is_named_has_to_be_so() -> None:
    """Of several, one that is missing is enough to wait on."""
    until = {"waiting": "CrashLoopBackOff", "event": ["BackOff", "Killing"]}
    seen = pod(containerStatuses=[WAITING])
    assert not reached(until, seen, [event("BackOff")])
    assert reached(until, seen, [event("BackOff"), event("Killing", kind="Normal")])
    assert not reached(until, pod(), [event("BackOff"), event("Killing")])


def test_events_may_come_late() -> None:
    """A pod that is well has not been seen wholly before it is told that it was started."""
    well = pod(conditions=[condition("Ready", "True")])
    assert not reached({"ready": True}, well, ())
    assert not reached({"phase": "Succeeded"}, pod(phase="Succeeded"), [event("Pulled")])
    assert reached({"ready": True, "event": ["Killing"]}, well, [event("Killing")])


def test_of_a_pod_that_is_gone_only_events_are_left() -> None:
    """A pod that is not there is in no state of its own."""
    assert not reached({"phase": "Running"}, None, ())
    assert reached({"event": "Killing"}, None, [event("Killing")])
