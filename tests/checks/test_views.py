"""Views of the cluster, Helm's releases, answers and logs."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CannotJudge, CheckFailed, Cluster, Helm, check, http_probe, service_logs
from grader.checks.answers import Answers
from grader.checks.declaration import ATTRIBUTE
from grader.checks.helm_storage import UnreadableRelease, decode_release, encode_release
from grader.checks.logs import Logs
from grader.model.observation import Observation, PodLog, ProbeAnswer
from grader.model.studio import NAMESPACE
from grader.plugin import hooks
from tests.judging.world import World, release_secret, solved_world

PROBE = http_probe("geolocation", "/health")
LOGS = service_logs("geolocation")


def cluster_of(world: World) -> Cluster:
    """The view of a hand-written cluster, Secrets hashed."""
    return Cluster(world.observation().objects)


def test_absent_object_fails_the_check_and_explains() -> None:
    """Reading an object that is not there fails the check, naming those that are."""
    cluster = cluster_of(solved_world())
    absent = cluster.deployment("geo")
    assert not absent.exists
    with pytest.raises(CheckFailed) as raised:
        absent.replicas  # noqa: B018 - the reading is the point
    assert "geolocation" in raised.value.finding.seen.en
    assert raised.value.finding.expected.fr == f"Deployment geo dans {NAMESPACE}"


def test_missing_field_is_not_yet() -> None:
    """A field that is not there yet has its default, however deep."""
    world = World()
    world.add("apps/v1/Deployment", "new")
    world.add("v1/Pod", "new")
    cluster = cluster_of(world)
    assert cluster.deployment("new").replicas == 1
    assert cluster.deployment("new").pods == []
    assert not cluster.deployment("new").rolled_out
    assert cluster.pod("new").phase == "Pending"
    assert cluster.pod("new").restarts == 0
    assert cluster.pod("new").field("spec", "containers", 0, "image", default="none") == "none"


def test_own_resource_named_deployment_is_none() -> None:
    """A custom resource of kind Deployment is not taken for a Deployment."""
    world = World()
    world.add("evil.io/v1/Deployment", "geolocation", spec={"replicas": 2})
    assert not cluster_of(world).deployment("geolocation").exists


def test_pods_belong_by_owner_not_by_label() -> None:
    """A pod with a Deployment's labels, but made by somebody else, is not its pod."""
    world = solved_world()
    labels = world.pods("geolocation")[0]["metadata"]["labels"]
    world.add("v1/Pod", "fake", metadata={"labels": labels}, status={"phase": "Running"})
    deployment = cluster_of(world).deployment("geolocation")
    assert [pod.name for pod in deployment.pods] == ["geolocation-5d8f-0", "geolocation-5d8f-1"]


def test_terminating_pod_is_not_ready() -> None:
    """A pod that is being deleted does not count as ready."""
    world = solved_world()
    world.pods("geolocation")[0]["metadata"]["deletionTimestamp"] = "2026-01-01T12:00:00Z"
    assert len(cluster_of(world).deployment("geolocation").ready_pods) == 1


def test_native_sidecars_have_images_too() -> None:
    """An init container that restarts always is one of the pod's containers."""
    world = World()
    spec = {
        "containers": [{"name": "a", "image": "a:1"}],
        "initContainers": [
            {"name": "s", "image": "s:1", "restartPolicy": "Always"},
            {"name": "i", "image": "i:1"},
        ],
    }
    world.add("v1/Pod", "p", spec=spec)
    assert cluster_of(world).pod("p").images == {"a": "a:1", "s": "s:1"}


def test_secrets_can_be_compared_but_not_read() -> None:
    """A Secret's value is nowhere in an observation, and yet can be checked."""
    world = solved_world()
    observation = world.observation()
    secret = Cluster(observation.objects).secret("geolocation-secret")
    assert secret.holds("GEO_API_KEY", b"exam-geo-notarealkey01")
    assert not secret.holds("GEO_API_KEY", b"another")
    assert not secret.holds("OTHER", b"")
    encoded = base64.b64encode(b"exam-geo-notarealkey01").decode()
    assert encoded not in str(observation.objects)


def test_helm_history_in_order() -> None:
    """Revisions come in order of their numbers, 10 after 9, and the latest speaks for the release."""
    world = World()
    for number in (10, 9, 1):
        status = "deployed" if number == 10 else "superseded"
        secret = release_secret("app", number, {"replicaCount": number}, status)
        world.add("v1/Secret", f"sh.helm.release.v1.app.v{number}", **secret)
    release = Helm(cluster_of(world)).release("app")
    assert [revision.number for revision in release.history] == [1, 9, 10]
    assert (release.revision, release.status, release.values) == (
        10,
        "deployed",
        {"replicaCount": 10},
    )


def test_helm_names_are_exact() -> None:
    """A release whose name only begins or ends alike is another one."""
    world = World()
    for name in ("app-two", "my-app", "app.v1"):
        secret = release_secret(name, 1, {})
        world.add("v1/Secret", f"sh.helm.release.v1.{name}.v1", **secret)
    assert not Helm(cluster_of(world)).release("app").exists
    with pytest.raises(CheckFailed, match="my-app"):
        Helm(cluster_of(world)).release("app").status  # noqa: B018 - the reading is the point


def test_helm_values_merge_as_helm_does() -> None:
    """Given values go over the chart's own, table by table; null takes a default away."""
    world = World()
    values = {"replicaCount": 3, "image": {"tag": "2", "pullPolicy": None}}
    secret = release_secret("app", 1, values)
    world.add("v1/Secret", "sh.helm.release.v1.app.v1", **secret)
    merged = Helm(cluster_of(world)).release("app").all_values
    assert merged == {"replicaCount": 3, "image": {"tag": "2"}}


def test_recorded_release_holds_no_manifest() -> None:
    """A release in an observation keeps its values and objects, Secrets hashed, but no templates."""
    objects = solved_world().observation().objects
    entry = next(
        secret["data"]["release"]
        for secret in objects["v1/Secret"]
        if secret["metadata"]["name"] == "sh.helm.release.v1.geolocation.v1"
    )
    release = decode_release(entry)
    assert release["config"]["replicaCount"] == 2
    assert "manifest" not in release
    secrets = [found for found in release["objects"] if found["kind"] == "Secret"]
    assert secrets
    assert all(value.startswith("hmac-") for s in secrets for value in s["data"].values())
    assert set(release["chart"]) == {"metadata", "values"}


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "%%%",
        base64.b64encode(b"plain").decode(),
        base64.b64encode(base64.b64encode(b"\x1f\x8bbroken")).decode(),
        base64.b64encode(base64.b64encode(gzip.compress(b"{}")[:-6])).decode(),
        base64.b64encode(base64.b64encode(gzip.compress(b"[]"))).decode(),
        base64.b64encode(base64.b64encode(gzip.compress(b"[" * 200_000))).decode(),
        base64.b64encode(base64.b64encode(gzip.compress(b" " * 33_000_000))).decode(),
        "A" * 3_000_001,
    ],
    ids=[
        "empty",
        "no base64",
        "no base64 inside",
        "no gzip",
        "cut",
        "list",
        "deep",
        "bomb",
        "long",
    ],
)
def test_unreadable_release_is_no_crash(entry: str) -> None:
    """A release that is not one, or would unpack without end, is reported as unreadable."""
    with pytest.raises(UnreadableRelease):
        decode_release(entry)
    world = World()
    world.add(
        "v1/Secret",
        "sh.helm.release.v1.app.v1",
        type="helm.sh/release.v1",
        data={"release": entry},
    )
    with pytest.raises(CannotJudge, match="unreadable"):
        Helm(cluster_of(world)).release("app").status  # noqa: B018 - the reading is the point


# Helm's own numbers have no more bits.
_WHOLE = st.integers(-(2**63), 2**63 - 1)


@given(st.dictionaries(st.text(max_size=5), st.one_of(_WHOLE, st.text(max_size=9)), max_size=4))
def test_release_round_trip(release: dict[str, object]) -> None:
    """What is stored as a release is read back as it was."""
    assert decode_release(encode_release(release)) == release


def test_answers_need_a_declaration() -> None:
    """A probe or log that the check did not declare, or that could not be had, is our error."""
    observation = Observation("", {}, faults={PROBE.key: "the API server is gone"})
    with pytest.raises(CannotJudge, match="does not declare"):
        Answers(observation, ()).to(PROBE)
    with pytest.raises(CannotJudge, match="API server is gone"):
        Answers(observation, (PROBE,)).to(PROBE)
    with pytest.raises(CannotJudge, match="does not declare"):
        Logs(observation, ()).of(LOGS)
    with pytest.raises(CannotJudge, match="not read"):
        Logs(observation, (LOGS,)).of(LOGS)


def test_answer_that_is_no_json_fails() -> None:
    """A text where JSON belongs fails the check; so does silence, with its cause."""
    for answer, seen in (
        (ProbeAnswer(200, "hi"), "hi"),
        (ProbeAnswer(0, error="refused"), "refused"),
    ):
        observation = Observation("", {}, probes={PROBE.key: answer})
        with pytest.raises(CheckFailed, match=seen):
            Answers(observation, (PROBE,)).to(PROBE).json  # noqa: B018 - the reading is the point


def test_errors_in_logs() -> None:
    """Error lines are those of an error level, in JSON, or of a program that crashed."""
    lines = [
        '{"level": "INFO", "message": "ERROR is only a word here"}',
        '{"level": "error"}',
        "plain ERROR in a text",
        "Traceback (most recent call last):",
        "{broken",
        '{"level": "FATAL"}',
    ]
    text = "\n".join(lines)
    observation = Observation("", {}, logs={LOGS.key: [PodLog("p", "c", text)]})
    (log,) = Logs(observation, (LOGS,)).of(LOGS)
    assert [line.number for line in log.errors] == [2, 4, 6]


def test_declaration_refuses_nonsense() -> None:
    """A check without points or without a title in a language is refused where it is written."""
    for points in (0, -1, True, 1.5):
        with pytest.raises(ValueError, match="points"):
            check(points=points, fr="a", en="b")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="both languages"):
        check(points=1, fr=" ", en="b")


def test_plugin_knows_the_declaration_without_importing_it() -> None:
    """The name by which the light plugin recognises a check is the declaration's own."""
    assert hooks._ATTRIBUTE == ATTRIBUTE
