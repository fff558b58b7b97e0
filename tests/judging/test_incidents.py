"""The scenarios rollback, service-down and answer-alert, on hand-written clusters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.judging.incidents import (
    MESSAGE,
    NOTE,
    Incident,
    incident,
    not_ready,
    record,
    reinstall,
    with_trace,
)
from tests.judging.world import STUDIO

OTHER = "security"


# -------------------------------------------------------------------------------------- rollback


def rollback() -> Incident:
    """Five revisions, the third good, the fifth bad and live; then the third again, as the sixth."""
    made = incident("rollback")
    service = made.service
    good = {"version": service.good[-1], "config": {**service.config, "LOG_LEVEL": "WARNING"}}
    bad = service.bad[str(made.scenario.parameters["fault"])]
    for world in (made.found, made.now):
        record(world, service, 1, "superseded")
        for number, how, status in (
            (2, {"version": service.good[-1]}, "failed"),
            (3, good, "superseded"),
            (4, {"version": service.bad["crash-at-start"]}, "failed"),
            (5, {"version": bad}, "deployed"),
        ):
            reinstall(world, service, **how)
            record(world, service, number, status)
    rolled_back(made, **good)
    made.files[MESSAGE] = (
        f"service: {service.id}\nretirée: {bad}\nrétablie: {service.good[-1]}\n".encode()
    )
    return made


def rolled_back(made: Incident, **how: object) -> None:
    """The latest revision is a new one, made so."""
    record(made.now, made.service, 5, "superseded")
    reinstall(made.now, made.service, **how)
    record(made.now, made.service, 6, "deployed")


def test_rollback_done_well() -> None:
    """The last good revision as a new one, and a true message: 100."""
    assert rollback().judged() == (set(), 100)


def test_rollback_not_begun() -> None:
    """As it was found, nothing is earned and every guard holds."""
    made = rollback()
    made.now, made.files = made.found, {}
    failed, points = made.judged()
    assert points == 0
    assert failed == {"release-back", "pods-ready", "endpoint", "team-told"}


def other_good_version(made: Incident) -> None:
    """Through Helm, to another healthy version."""
    made.now = made.found.copy()
    rolled_back(made, version=made.service.stable)


def values_of_the_bad_one(made: Incident) -> None:
    """The right version with other values than the good revision had."""
    made.now = made.found.copy()
    rolled_back(made, version=made.service.good[-1])


def by_hand_afterwards(made: Incident) -> None:
    """Rolled back, then a value changed by hand."""
    data = made.now.get("v1/ConfigMap", f"{made.service.id}-config")["data"]
    data["LOG_LEVEL"] = "ERROR"


def history_gone(made: Incident) -> None:
    """Uninstalled and installed again."""
    for number in range(1, 6):
        made.now.remove("v1/Secret", f"sh.helm.release.v1.{made.service.id}.v{number}")
    latest = made.now.get("v1/Secret", f"sh.helm.release.v1.{made.service.id}.v6")
    latest["metadata"]["name"] = f"made.{made.service.id}"
    record(made.now, made.service, 1, "deployed")


def oldest_dropped(made: Incident) -> None:
    """Helm has dropped what it keeps no longer: more than ten revisions."""
    secrets = made.now.objects["v1/Secret"]
    latest = made.now.get("v1/Secret", f"sh.helm.release.v1.{made.service.id}.v6")
    secrets.remove(latest)
    made.now.remove("v1/Secret", f"sh.helm.release.v1.{made.service.id}.v1")
    latest["metadata"]["name"] = f"made.{made.service.id}"
    secrets.append(latest)
    record(made.now, made.service, 11, "deployed")


def neighbour_upgraded(made: Incident) -> None:
    """Another service's release has moved too."""
    other = STUDIO.services[OTHER]
    record(made.now, other, 1, "superseded")
    reinstall(made.now, other, config=None)
    record(made.now, other, 2, "deployed")


def untold(made: Incident) -> None:
    """No message."""
    made.files.clear()


@pytest.mark.parametrize(
    ("bend", "failed"),
    [
        (other_good_version, {"release-back", "pods-ready", "endpoint", "team-told"}),
        (values_of_the_bad_one, {"release-back", "endpoint"}),
        (by_hand_afterwards, {"release-back"}),
        (history_gone, {"release-back", "history-kept"}),
        (oldest_dropped, set()),
        (neighbour_upgraded, {"other-services", "nothing-else-changed"}),
        (untold, {"team-told"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_rollback_defects(bend: Callable[[Incident], None], failed: set[str]) -> None:
    """Each defect fails the checks it concerns, and no other."""
    made = rollback()
    bend(made)
    assert made.judged()[0] == failed


# ---------------------------------------------------------------------------------- service-down


def service_down() -> Incident:
    """Another image in the pod itself; then a new pod, and the team is told."""
    made = incident("service-down")
    service = made.service
    inside = service.bad[str(made.scenario.parameters["inside"])]
    pod = made.found.pods(service.id)[0]
    pod["spec"] = {"containers": [{"name": service.id, "image": service.image_of(inside)}]}
    not_ready(made.found, service)
    made.files[MESSAGE] = f"service: {service.id}\nversion: {inside}\n".encode()
    made.now.pods(service.id)[0]["metadata"]["name"] += "-new"
    return made


def test_service_down_done_well() -> None:
    """A new pod of the same Deployment, and the team is told: 100."""
    assert service_down().judged() == (set(), 100)


def test_service_down_not_begun() -> None:
    """As it was found, nothing is earned and every guard holds."""
    made = service_down()
    made.now, made.files = made.found, {}
    assert made.judged() == ({"pods-back", "endpoint", "team-told"}, 0)


def another_deployment(made: Incident) -> None:
    """The Deployment is another object of the same name."""
    made.now.get("apps/v1/Deployment", made.service.id)["metadata"]["uid"] = "another"
    for found in made.now.objects["apps/v1/ReplicaSet"]:
        if found["metadata"]["name"].startswith(f"{made.service.id}-"):
            found["metadata"]["ownerReferences"][0]["uid"] = "another"


def neighbour_s_pod_restarted(made: Incident) -> None:
    """A pod of another service is a new one."""
    made.now.pods(OTHER)[0]["metadata"]["name"] += "-new"


def guessed(made: Incident) -> None:
    """The message names the Deployment's own version."""
    text = f"service: {made.service.id}\nversion: {made.service.stable}\n"
    made.files[MESSAGE] = text.encode()


def stale(made: Incident) -> None:
    """What answers /data does not send the nonce back."""
    speak = made.now.answers[made.service.id]
    made.now.answers[made.service.id] = lambda path: (
        speak(path) if path != "/data" else type(speak(path))(200, speak(path).body)
    )


@pytest.mark.parametrize(
    ("bend", "failed"),
    [
        (another_deployment, {"service-kept"}),
        (neighbour_s_pod_restarted, {"other-services"}),
        (guessed, {"team-told"}),
        (stale, {"endpoint"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_service_down_defects(bend: Callable[[Incident], None], failed: set[str]) -> None:
    """Each defect fails the checks it concerns, and no other."""
    made = service_down()
    bend(made)
    assert made.judged()[0] == failed


# ---------------------------------------------------------------------------------- answer-alert


def answer_alert() -> Incident:
    """A value that the service refuses, live as revision 2; then production again, as revision 3."""
    made = incident("answer-alert")
    service = made.service
    for world in (made.before, made.found, made.now):
        for deployment in (world.get("apps/v1/Deployment", service.id),):
            container = deployment["spec"]["template"]["spec"]["containers"][0]
            container.update(CONTAINER)
    for world in (made.found, made.now):
        record(world, service, 1, "superseded")
        reinstall(world, service, config={**service.config, "LOG_LEVEL": "VERBOSE"})
        record(world, service, 2, "deployed")
    not_ready(made.found, service)
    record(made.now, service, 2, "superseded")
    reinstall(made.now, service)
    record(made.now, service, 3, "deployed")
    deployment = made.now.get("apps/v1/Deployment", service.id)
    deployment["spec"]["template"]["spec"]["containers"][0].update(CONTAINER)
    deployment["metadata"]["generation"] = deployment["status"]["observedGeneration"] = 3
    made.now.answers[service.id] = with_trace(made.now.answers[service.id], 200)
    made.files[NOTE] = (
        f"- **Service** : {service.id}\n- **Cause** : configuration\n- **Remède** : rollback\n"
    ).encode()
    return made


CONTAINER = {
    "resources": {"limits": {"memory": "64Mi"}},
    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
}


def container(made: Incident) -> dict[str, object]:
    """The service's container in the Deployment's template, to be bent."""
    deployment = made.now.get("apps/v1/Deployment", made.service.id)
    found: dict[str, object] = deployment["spec"]["template"]["spec"]["containers"][0]
    return found


def test_answer_alert_done_well() -> None:
    """Production again through Helm, and a true note: 100."""
    assert answer_alert().judged() == (set(), 100)


def test_answer_alert_not_begun() -> None:
    """As it was found, nothing is earned and every guard holds."""
    made = answer_alert()
    made.now, made.files = made.found, {}
    assert made.judged() == ({"cause-mended", "service-back", "incident-note"}, 0)


def no_limit(made: Incident) -> None:
    """The memory limit is gone."""
    container(made)["resources"] = {}


def low_limit(made: Incident) -> None:
    """The memory limit is lower than the chart's."""
    container(made)["resources"] = {"limits": {"memory": "63Mi"}}


def high_limit(made: Incident) -> None:
    """The memory limit is higher, in another unit."""
    container(made)["resources"] = {"limits": {"memory": "1Gi"}}


def no_probe(made: Incident) -> None:
    """The readiness probe is gone."""
    del container(made)["readinessProbe"]


def dependency_silent(made: Incident) -> None:
    """The service is ready and does not reach those it depends on."""
    made.now.answers[made.service.id] = with_trace(made.now.answers[made.service.id], 502)


@pytest.mark.parametrize(
    ("bend", "failed"),
    [
        (no_limit, {"cause-mended"}),
        (low_limit, {"cause-mended"}),
        (high_limit, set()),
        (no_probe, {"cause-mended"}),
        (dependency_silent, {"service-back"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_answer_alert_defects(bend: Callable[[Incident], None], failed: set[str]) -> None:
    """Each defect fails the checks it concerns, and no other."""
    made = answer_alert()
    bend(made)
    assert made.judged()[0] == failed


@pytest.mark.parametrize(
    ("words", "failed"),
    [
        ({}, set()),
        ({"cause": "Configuration: LOG_LEVEL"}, set()),
        ({"cause": "mémoire"}, {"incident-note"}),
        ({"cause": "configuration ou mémoire"}, {"incident-note"}),
        ({"cause": ""}, {"incident-note"}),
        ({"remedy": "kubectl"}, {"incident-note"}),
        ({"remedy": "restart"}, {"incident-note"}),
        ({"service": OTHER}, {"incident-note"}),
    ],
)
def test_the_note_has_to_be_right(words: dict[str, str], failed: set[str]) -> None:
    """One cause of the list, the right one; the remedy that was applied; the service concerned."""
    made = answer_alert()
    said = {"service": made.service.id, "cause": "configuration", "remedy": "upgrade", **words}
    made.files[NOTE] = "\n".join(f"{key}: {value}" for key, value in said.items()).encode()
    assert made.judged()[0] == failed
