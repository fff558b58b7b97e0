"""What is kept of a pod's status: all that a person reads, nothing that is another at each try."""

from __future__ import annotations

import pytest

from grader.sandbox.parity.record import recorded
from tests.sandbox.parity.pods import condition, container, event, pod


def test_all_that_is_said_is_recorded() -> None:
    """Phase, reason, conditions, containers of both kinds with both states, and events, each at its place."""
    seen = recorded(
        pod(
            phase="Failed",
            reason="DeadlineExceeded",
            message="too long",
            qosClass="Burstable",
            conditions=[condition("Ready", "False", reason="PodFailed", lastTransitionTime="t")],
            initContainerStatuses=[container("first", state={"running": {"startedAt": "t"}})],
            containerStatuses=[
                container(
                    ready=True,
                    started=True,
                    image="an:image",
                    restartCount=3,
                    user={"linux": {"uid": 1, "gid": 2, "supplementalGroups": [2]}},
                    state={"waiting": {"reason": "ImagePullBackOff", "message": "m"}},
                    lastState={"terminated": {"exitCode": 0, "reason": "Completed"}},
                )
            ],
        ),
        [event("BackOff"), event("Started", kind="Normal"), event("BackOff")],
    )
    assert seen == {
        "phase": "Failed",
        "reason": "DeadlineExceeded",
        "message": "too long",
        "qosClass": "Burstable",
        "conditions.Ready": "status: False, reason: PodFailed",
        "init.first.ready": "False",
        "init.first.started": "False",
        "init.first.image": "None",
        "init.first.restarted": "False",
        "init.first.running": "",
        "containers.main.ready": "True",
        "containers.main.started": "True",
        "containers.main.image": "an:image",
        "containers.main.restarted": "True",
        "containers.main.user": "1:2 [2]",
        "containers.main.waiting": "reason: ImagePullBackOff, message: m",
        "containers.main.last terminated": "exitCode: 0, reason: Completed",
        "events.Normal.Started": "told",
        "events.Warning.BackOff": "told",
    }


def test_a_back_off_is_one_thing() -> None:
    """That a container waits to be restarted, and how it ended, however far the kubelet is with telling it."""
    end = {"terminated": {"exitCode": 3, "reason": "Error"}}
    told = container(
        restartCount=2, state={"waiting": {"reason": "CrashLoopBackOff"}}, lastState=end
    )
    untold = container(restartCount=1, state=end, lastState={"terminated": {"exitCode": 9}})
    first = container(state=end)
    one, two, three = (recorded(pod(containerStatuses=[c]), ()) for c in (told, untold, first))
    assert one == two
    assert one["containers.main.back-off"] == "exitCode: 3, reason: Error"
    assert "containers.main.back-off" not in three


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("back-off 10s restarting", "back-off 1m20s restarting"),
        ("dial tcp 10.244.0.7:9", "dial tcp 10.89.12.200:9"),
        (
            "pod=a_parity(0f0e0d0c-1111-2222-3333-444444444444)",
            "pod=a_parity(aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee)",
        ),
        (
            "dial tcp: lookup a.example on 10.0.0.1:53: write udp 10.0.0.2:5->10.0.0.1:53: not permitted",
            "dial tcp: lookup a.example: no such host",
        ),
        ("at 2026-11-26T00:00:00Z", "at 2026-11-26T11:22:33.5Z"),
        ("sha256:" + "0" * 64, "sha256:" + "a" * 64),
    ],
)
def test_what_is_another_each_time_is_not_compared(one: str, two: str) -> None:
    """Addresses, numbers of pods, digests, moments and how long a back-off is."""
    assert recorded(pod(message=one), ()) == recorded(pod(message=two), ())


def test_what_is_said_otherwise_is_compared() -> None:
    """Words, ports, exit codes and the hosts that are looked for stay."""
    assert recorded(pod(message="port 9"), ()) != recorded(pod(message="port 8"), ())
    lookup = "dial tcp: lookup {}: no such host"
    one, two = (pod(message=lookup.format(host)) for host in ("a.example", "b.example"))
    assert recorded(one, ()) != recorded(two, ())


def test_how_a_pod_got_well_is_luck() -> None:
    """How often it was asked in vain, or waited to be restarted, is not compared; what else was told is."""
    told = [event("Unhealthy"), event("BackOff"), event("Killing", kind="Normal")]
    for status, places in (("True", []), ("False", ["Warning.BackOff", "Warning.Unhealthy"])):
        seen = recorded(pod(conditions=[condition("Ready", status)]), told)
        events = [place for place in seen if place.startswith("events.")]
        assert events == ["events.Normal.Killing", *(f"events.{place}" for place in places)]


def test_a_pod_that_is_gone() -> None:
    """Of it there are its events."""
    assert recorded(None, [event("Killing", kind="Normal")]) == {
        "gone": "yes",
        "events.Normal.Killing": "told",
    }
