"""A sandbox written by hand: Kubernetes JSON as a real cluster has it, to be bent as a test needs."""

from __future__ import annotations

import base64
import copy
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.checks.helm_storage import encode_release
from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.authoring.studio_file import load_studio
from grader.judging.recorded.redact import Redaction
from grader.model.observation import HttpProbe, KubeObject, Observation, PodLog, ProbeAnswer
from grader.model.scenario import Scenario
from grader.model.studio import NAMESPACE, Studio, StudioService

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
STUDIO: Studio = load_studio(ROOT / "fixtures")
GEOLOCATION = STUDIO.services["geolocation"]
STARTED = "2026-01-01T12:00:00Z"
NOW = "2026-01-01T12:10:00.000Z"


def deploy_service() -> Scenario:
    """The scenario that most of these tests judge with."""
    return load_scenario(SCENARIOS, "deploy-service", studio=STUDIO)


@dataclass
class World:
    """Objects by "apiVersion/kind", logs by pod, and what each Service's pods answer."""

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    logs: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Callable[[str], ProbeAnswer]] = field(default_factory=dict)
    count: int = 0

    def add(self, kind: str, name: str, namespace: str = NAMESPACE, **parts: Any) -> dict[str, Any]:
        """Put an object there; `metadata` is merged into what every object has."""
        self.count += 1
        metadata = {
            "name": name,
            "uid": f"uid-{self.count}",
            "resourceVersion": str(1000 + self.count),
            "creationTimestamp": STARTED,
            "managedFields": [{"manager": "helm", "operation": "Apply"}],
            **({"namespace": namespace} if namespace else {}),
            **parts.pop("metadata", {}),
        }
        api, _, plain = kind.rpartition("/")
        found = {"apiVersion": api, "kind": plain, "metadata": metadata, **parts}
        self.objects[kind].append(found)
        return found

    def get(self, kind: str, name: str, namespace: str = NAMESPACE) -> dict[str, Any]:
        """An object to be bent."""
        return next(
            o
            for o in self.objects[kind]
            if o["metadata"]["name"] == name and o["metadata"].get("namespace", "") == namespace
        )

    def remove(self, kind: str, name: str, namespace: str = NAMESPACE) -> None:
        """Take an object away."""
        self.objects[kind].remove(self.get(kind, name, namespace))

    def pods(self, service: str) -> list[dict[str, Any]]:
        """The pods of a service, to be bent."""
        label = "app.kubernetes.io/name"
        return [
            pod
            for pod in self.objects["v1/Pod"]
            if pod["metadata"].get("labels", {}).get(label) == service
        ]

    def copy(self) -> World:
        """The same, bent apart from this one."""
        return World(copy.deepcopy(self.objects), dict(self.logs), dict(self.answers), self.count)

    def observation(self, probes: Sequence[HttpProbe] = (), at: str = NOW) -> Observation:
        """What a grader sees of it, with geolocation's logs and the answers to these probes."""
        return Observation(
            taken_at=at,
            objects=Redaction().without_secrets(copy.deepcopy(self.objects)),
            probes={probe.key: self.answer(probe) for probe in probes},
            logs={
                f"{NAMESPACE}:app.kubernetes.io/name=geolocation": self.pod_logs("geolocation"),
            },
        )

    def answer(self, probe: HttpProbe) -> ProbeAnswer:
        """What a Service answers: the first of its endpoints' pods speaks."""
        speak = self.answers.get(probe.service)
        return speak(probe.path) if speak else ProbeAnswer(0, error="no such service")

    def pod_logs(self, service: str) -> list[PodLog]:
        """The logs of a service's pods that wrote any."""
        names = [pod["metadata"]["name"] for pod in self.pods(service)]
        return [PodLog(name, service, self.logs[name]) for name in names if name in self.logs]


def studio_world(*services: str) -> World:
    """A namespace with these services deployed by Helm, kube-system beside it."""
    world = World()
    for name in ("default", "kube-system", NAMESPACE):
        world.add("v1/Namespace", name, "", spec={"finalizers": ["kubernetes"]})
    world.add("v1/ConfigMap", "coredns", "kube-system", data={"Corefile": ".:53 {\n}\n"})
    world.add("v1/Node", "node-1", "", spec={"podCIDR": "10.244.0.0/24"}, status={"nodeInfo": {}})
    for service in services:
        install(world, STUDIO.services[service])
    return world


def baseline_world() -> World:
    """What the candidate of deploy-service finds."""
    return studio_world(*STUDIO.except_("geolocation"))


def solved_world() -> World:
    """What a right answer leaves."""
    world = baseline_world()
    install(world, GEOLOCATION)
    return world


def install(
    world: World,
    service: StudioService,
    *,
    config: Mapping[str, str] | None = None,
    replicas: int | None = None,
    version: str = "",
    helm: bool = True,
) -> None:
    """What `helm install` leaves once all pods are ready."""
    name, version = service.id, version or service.stable
    replicas = service.replicas if replicas is None else replicas
    config = dict(service.config if config is None else config)
    made = _made_by_helm(name) if helm else {}
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}
    full = {**labels, "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/version": version}
    meta = {"labels": full, "annotations": made}
    begun = {kind: len(found) for kind, found in world.objects.items()}
    urls = {f"PIVORI_URL_{to.upper().replace('-', '_')}": url for to, url in service.urls.items()}
    world.add("v1/ConfigMap", f"{name}-config", metadata=meta, data={**config, **urls})
    secrets = {k: base64.b64encode(v.encode()).decode() for k, v in service.secrets.items()}
    world.add("v1/Secret", f"{name}-secret", metadata=meta, type="Opaque", data=secrets)
    port = {"name": "http", "port": service.port, "targetPort": "http", "protocol": "TCP"}
    spec = {"selector": labels, "ports": [port], "clusterIP": "10.96.0.9", "type": "ClusterIP"}
    world.add("v1/Service", name, metadata=meta, spec=spec, status={"loadBalancer": {}})
    image = f"{service.registry}/{name}:{version}"
    _deployment(world, name, meta, image, replicas)
    _endpoints(world, name)
    if helm:
        values = {"config": config, "replicaCount": replicas, "image": {"tag": version}}
        manifest = _manifest(world, begun)
        stored = release_secret(name, 1, values, manifest=manifest)
        world.add("v1/Secret", f"sh.helm.release.v1.{name}.v1", **stored)
    for pod in world.pods(name):
        world.logs[pod["metadata"]["name"]] = log_line("INFO", "listening") + "\n"
    world.answers[name] = speaker(service, version, config)


def _made_by_helm(name: str) -> dict[str, str]:
    return {"meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": NAMESPACE}


def _deployment(world: World, name: str, meta: dict[str, Any], image: str, replicas: int) -> None:
    labels = meta["labels"]
    pod_spec = {"containers": [{"name": name, "image": image}]}
    counts = dict.fromkeys(
        ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), replicas
    )
    deployment = world.add(
        "apps/v1/Deployment",
        name,
        metadata={**meta, "generation": 1},
        spec={"replicas": replicas, "template": {"metadata": {"labels": labels}, "spec": pod_spec}},
        status={"observedGeneration": 1, **(counts if replicas else {})},
    )
    owner = _owner("Deployment", deployment)
    replica_set = world.add(
        "apps/v1/ReplicaSet",
        f"{name}-5d8f",
        metadata={"labels": labels, "ownerReferences": [owner]},
    )
    for number in range(replicas):
        world.add(
            "v1/Pod",
            f"{name}-5d8f-{number}",
            metadata={"labels": labels, "ownerReferences": [_owner("ReplicaSet", replica_set)]},
            spec=pod_spec,
            status={
                "phase": "Running",
                "podIP": f"10.244.0.{world.count}",
                "podIPs": [{"ip": f"10.244.0.{world.count}"}],
                "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [
                    {"name": name, "restartCount": 0, "ready": True, "state": {"running": {}}}
                ],
            },
        )


def _endpoints(world: World, name: str) -> None:
    endpoints = [
        {"addresses": [pod["status"]["podIP"]], "conditions": {"ready": True}}
        for pod in world.pods(name)
    ]
    world.add(
        "discovery.k8s.io/v1/EndpointSlice",
        f"{name}-abcde",
        metadata={"labels": {"kubernetes.io/service-name": name}},
        endpoints=endpoints,
    )


def _owner(kind: str, found: KubeObject) -> dict[str, Any]:
    metadata = found["metadata"]
    return {"kind": kind, "name": metadata["name"], "uid": metadata["uid"], "controller": True}


def _manifest(world: World, begun: Mapping[str, int]) -> str:
    """What a chart rendered: the objects added since, without what the cluster adds to them."""
    made = []
    for kind in ("v1/ConfigMap", "v1/Secret", "v1/Service", "apps/v1/Deployment"):
        for found in world.objects[kind][begun.get(kind, 0) :]:
            spec = {key: value for key, value in found.items() if key not in {"status", "metadata"}}
            metadata = found["metadata"]
            spec["metadata"] = {"name": metadata["name"], "labels": metadata["labels"]}
            made.append(spec)
    return "\n---\n".join(json.dumps(found) for found in made)


def release_secret(
    name: str,
    revision: int,
    values: Mapping[str, Any],
    status: str = "deployed",
    manifest: str = "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\n",
) -> dict[str, Any]:
    """The parts of a Secret in which Helm keeps a revision."""
    release = {
        "name": name,
        "namespace": NAMESPACE,
        "version": revision,
        "info": {"status": status, "first_deployed": STARTED, "notes": "hello"},
        "chart": {
            "metadata": {"name": name, "version": "1.0.0", "appVersion": "2.4.1"},
            "values": {"replicaCount": 1, "image": {"tag": "", "pullPolicy": "IfNotPresent"}},
            "templates": [{"name": "templates/secret.yaml", "data": "c2VjcmV0"}],
        },
        "config": dict(values),
        "manifest": manifest,
    }
    labels = {"owner": "helm", "name": name, "status": status, "version": str(revision)}
    return {
        "metadata": {"labels": {**labels, "modifiedAt": str(revision)}},
        "type": "helm.sh/release.v1",
        "data": {"release": encode_release(release)},
    }


def speaker(
    service: StudioService, version: str, config: Mapping[str, str]
) -> Callable[[str], ProbeAnswer]:
    """The stub's own answers."""
    read = StudioService(**{**vars(service), "config": config})

    def speak(path: str) -> ProbeAnswer:
        content = {"service": service.id, "version": version, "nonce": "n"}
        if path == "/health":
            content["status"] = "ok"
        if path == "/info":
            content["configuration_hash"] = read.configuration_hash
        return ProbeAnswer(200, json.dumps(content), nonce_echoed=True)

    return speak


def log_line(level: str, message: str) -> str:
    """One line as the stubs write it."""
    return json.dumps(
        {"time": STARTED, "level": level, "service": "geolocation", "message": message}
    )
