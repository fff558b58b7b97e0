"""The objects that each chart makes, with its own values and with those of production."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from pivori_stub import configuration
from pivori_stub.configuration import Configuration

from tests.charts.rendering import Rendering, container, environment, pod

if TYPE_CHECKING:
    from pathlib import Path

    from pivori_stub.identity import Catalogue, Service

REPLICATED = {"geolocation", "payment", "iptv"}
USER_FACING = {
    "geolocation",
    "routing",
    "iptv",
    "audio",
    "live",
    "game",
    "leaderboard",
    "document-scan",
}
GUARDED = {"trading-bot", "market-data", "payment", "security"}


def _texts(thing: Any) -> list[str]:
    if isinstance(thing, dict):
        return [text for item in thing.items() for part in item for text in _texts(part)]
    if isinstance(thing, list):
        return [text for part in thing for text in _texts(part)]
    return [str(thing)]


def test_lint(rendering: Rendering, service: Service, values: str) -> None:
    """`helm lint --strict` finds nothing."""
    options = rendering.arguments(service.id, values)[2:]
    rendering.helm("lint", "--strict", f"./{service.id}", *options)


def test_chart_follows_the_catalogue(staged: Path, service: Service) -> None:
    """Name, stable version, French name and library are what the catalogue and the layout say."""
    text = (staged / service.id / "Chart.yaml").read_text(encoding="utf-8")
    chart = yaml.safe_load(text)
    assert (chart["name"], chart["appVersion"]) == (service.id, service.stable)
    assert chart["description"].startswith(service.names["fr"])
    library = yaml.safe_load(
        (staged / service.id / "charts/pivori-common/Chart.yaml").read_text(encoding="utf-8")
    )
    assert library["type"] == "library"
    (dependency,) = chart["dependencies"]
    assert dependency == {
        "name": "pivori-common",
        "version": library["version"],
        "repository": "file://../pivori-common",
    }


def test_kinds(rendering: Rendering, service: Service, values: str) -> None:
    """A chart makes the four common objects, and those that fit its service."""
    expected = {"Deployment", "Service", "ConfigMap", "Secret"}
    expected |= {"Ingress"} if service.id in USER_FACING else set()
    expected |= {"NetworkPolicy"} if service.id in GUARDED else set()
    if service.id in REPLICATED and values == "production":
        expected |= {"PodDisruptionBudget"}
    assert set(rendering.objects(service.id, values)) == expected


def test_names(rendering: Rendering, service: Service, values: str) -> None:
    """Objects are named after the service; ConfigMap and Secret have their suffix."""
    suffixes = {"ConfigMap": "-config", "Secret": "-secret"}
    for kind, made in rendering.objects(service.id, values).items():
        assert made["metadata"]["name"] == service.id + suffixes.get(kind, "")
        assert "namespace" not in made["metadata"]


def test_labels(rendering: Rendering, service: Service, values: str) -> None:
    """Every object and the pods carry the seven labels."""
    expected = {
        "app.kubernetes.io/name": service.id,
        "app.kubernetes.io/instance": service.id,
        "app.kubernetes.io/version": service.stable,
        "app.kubernetes.io/component": service.group,
        "app.kubernetes.io/part-of": "pivori-studio",
        "app.kubernetes.io/managed-by": "Helm",
        "helm.sh/chart": f"{service.id}-1.0.0",
    }
    objects = rendering.objects(service.id, values)
    for made in objects.values():
        assert made["metadata"]["labels"] == expected
    assert objects["Deployment"]["spec"]["template"]["metadata"]["labels"] == expected


def test_selectors_match_the_pods(rendering: Rendering, service: Service, values: str) -> None:
    """Deployment, Service, NetworkPolicy and PodDisruptionBudget select exactly these pods."""
    objects = rendering.objects(service.id, values)
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    selectors = {
        "Deployment": objects["Deployment"]["spec"]["selector"]["matchLabels"],
        "Service": objects["Service"]["spec"]["selector"],
    }
    if "NetworkPolicy" in objects:
        policy = objects["NetworkPolicy"]["spec"]
        selectors["NetworkPolicy"] = policy["podSelector"]["matchLabels"]
    if "PodDisruptionBudget" in objects:
        budget = objects["PodDisruptionBudget"]["spec"]
        selectors["PodDisruptionBudget"] = budget["selector"]["matchLabels"]
    for selector in selectors.values():
        assert selector["app.kubernetes.io/name"] == service.id
        assert selector.items() <= labels.items()


def test_ports_and_probes(rendering: Rendering, service: Service, values: str) -> None:
    """Container, Service and probes meet at the service's port, by its name http."""
    objects = rendering.objects(service.id, values)
    made = container(objects)
    assert made["ports"] == [{"name": "http", "containerPort": service.port, "protocol": "TCP"}]
    (port,) = objects["Service"]["spec"]["ports"]
    assert (port["name"], port["port"], port["targetPort"]) == ("http", service.port, "http")
    assert made["readinessProbe"] == {
        "httpGet": {"path": "/ready", "port": "http"},
        "periodSeconds": 1,
        "timeoutSeconds": 1,
        "failureThreshold": 3,
    }
    assert made["livenessProbe"] == {
        "httpGet": {"path": "/health", "port": "http"},
        "periodSeconds": 10,
        "timeoutSeconds": 2,
        "failureThreshold": 3,
    }


def test_image(rendering: Rendering, catalogue: Catalogue, service: Service, values: str) -> None:
    """The stable release's image from the studio's registry, which no node needs to reach."""
    made = container(rendering.objects(service.id, values))
    assert made["name"] == service.id
    assert made["image"] == f"{catalogue.registry}/{service.id}:{service.stable}"
    assert made["imagePullPolicy"] == "IfNotPresent"


def test_another_tag(rendering: Rendering, catalogue: Catalogue) -> None:
    """`--set image.tag` deploys that release, and the version label tells it."""
    objects = rendering.objects("audio", "default", "--set", "image.tag=2.2.1")
    assert container(objects)["image"] == f"{catalogue.registry}/audio:2.2.1"
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/version"] == "2.2.1"
    selector = objects["Deployment"]["spec"]["selector"]
    assert selector == rendering.objects("audio")["Deployment"]["spec"]["selector"]


def test_environment_is_what_the_service_demands(
    rendering: Rendering, catalogue: Catalogue, service: Service, values: str
) -> None:
    """The service's own validator takes it; every demanded key is there and no other."""
    given = environment(rendering.objects(service.id, values))
    settings = configuration.read(catalogue, service, given)
    assert isinstance(settings, Configuration), settings
    expected = {key.name: getattr(key, values) for key in service.config}
    expected |= {key.name: key.dummy for key in service.secret}
    for name in service.depends_on:
        port = catalogue.services[name].port
        expected[configuration.url_key(name)] = f"http://{name}:{port}"
    assert given == expected


def test_secrets_are_only_in_the_secret(rendering: Rendering, service: Service) -> None:
    """The ConfigMap and the Deployment show no secret value."""
    objects = rendering.objects(service.id)
    shown = " ".join(_texts(objects["ConfigMap"]) + _texts(objects["Deployment"]))
    for key in service.secret:
        assert key.dummy not in shown
        assert key.name not in shown


def test_large_numbers_stay_numbers(rendering: Rendering) -> None:
    """A number without quotes reaches the service as it was written, not as 1e+06."""
    for value, text in (("1000000", "1000000"), ("0.5", "0.5"), ("true", "true")):
        objects = rendering.objects("audio", "default", "--set-json", f"config.X={value}")
        assert objects["ConfigMap"]["data"]["X"] == text


def test_changed_configuration_rolls_the_pods(rendering: Rendering) -> None:
    """Another configuration or secret gives the pods another annotation; the same ones do not."""

    def annotations(*options: str) -> dict[str, str]:
        template = rendering.objects("audio", "default", *options)["Deployment"]["spec"]["template"]
        given: dict[str, str] = template["metadata"]["annotations"]
        return given

    own = annotations()
    assert set(own) == {"checksum/config", "checksum/secret"}
    other = annotations("--set", "config.AUDIO_CODEC=flac")
    assert other["checksum/config"] != own["checksum/config"]
    assert other["checksum/secret"] == own["checksum/secret"]
    other = annotations("--set", "secret.AUDIO_LICENSE_KEY=exam-audio-another01")
    assert other["checksum/config"] == own["checksum/config"]
    assert other["checksum/secret"] != own["checksum/secret"]


def test_pods_are_hardened(rendering: Rendering, service: Service, values: str) -> None:
    """No root, no writable root file system, no capability, no token, no link to other services."""
    objects = rendering.objects(service.id, values)
    spec, made = pod(objects), container(objects)
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "runAsGroup": 1000,
        "fsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert made["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert made["resources"] == {
        "requests": {"cpu": "10m", "memory": "24Mi"},
        "limits": {"memory": "64Mi"},
    }


def test_rollouts(rendering: Rendering, service: Service, values: str) -> None:
    """A new pod is ready before an old one goes, and five revisions are kept."""
    spec = rendering.objects(service.id, values)["Deployment"]["spec"]
    assert spec["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
    }
    assert spec["revisionHistoryLimit"] == 5
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 5
    assert spec["replicas"] == (2 if values == "production" and service.id in REPLICATED else 1)


def test_data_folder(rendering: Rendering, service: Service, values: str) -> None:
    """The service's folder of the studio is mounted where the stub looks for it."""
    objects = rendering.objects(service.id, values)
    folder = f"/srv/pivori-studio/data/{service.id}"
    assert pod(objects)["volumes"] == [
        {"name": "data", "hostPath": {"path": folder, "type": "DirectoryOrCreate"}}
    ]
    assert container(objects)["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]


def test_no_host_of_the_internet(rendering: Rendering, service: Service, values: str) -> None:
    """Whatever looks like a host's name ends in .internal, and addresses are of the cluster."""
    objects = rendering.objects(service.id, values)
    for text in _texts(objects):
        if "://" in text:
            assert text.startswith("http://")
            assert "." not in text
    image = container(objects)["image"]
    assert image.partition("/")[0].endswith(".internal")
    for rule in objects.get("Ingress", {"spec": {"rules": []}})["spec"]["rules"]:
        assert rule["host"] == f"{service.id}.pivori.internal"


def test_ingress(rendering: Rendering, values: str) -> None:
    """A user-facing service has its host, which leads to its Service."""
    for name in USER_FACING:
        (rule,) = rendering.objects(name, values)["Ingress"]["spec"]["rules"]
        (path,) = rule["http"]["paths"]
        assert path["backend"]["service"] == {"name": name, "port": {"name": "http"}}


def test_notes_are_french(rendering: Rendering, service: Service) -> None:
    """After an installation helm tells, in French, how to look at the service."""
    arguments = rendering.arguments(service.id, "production")
    text = rendering.helm("install", *arguments, "--dry-run=client").partition("NOTES:")[2]
    assert service.names["fr"] in text
    assert f"port-forward svc/{service.id} {service.port}:{service.port}" in text
