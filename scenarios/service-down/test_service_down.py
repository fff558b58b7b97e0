"""Emergency 1: is the service back, by its own Deployment, with nobody else cut off, and is the team told?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.checks import (
    Answers,
    Change,
    Cluster,
    Files,
    Helm,
    Look,
    ParameterValue,
    Studio,
    StudioService,
    Subtests,
    check,
    equal_to,
    expect,
    http_probe,
    naming,
    nothing,
    part,
)
from grader.checks.studio_health import expect_all_ready, expect_others_well, expect_own_service
from grader.checks.unchanged import expect_nothing_else_changed

HEALTH = http_probe("{{ service }}", "/health")
INFO = http_probe("{{ service }}", "/info")
DATA = http_probe("{{ service }}", "/data")
MESSAGE = "{{ studio }}/message.txt"

Parameters = Mapping[str, ParameterValue]


def subject(studio: Studio, parameters: Parameters) -> StudioService:
    """The service that the task is about."""
    return studio.services[str(parameters["service"])]


def version_inside(service: StudioService, parameters: Parameters) -> str:
    """The version that somebody put into the pod."""
    return service.bad.get(str(parameters["inside"]), f"{service.stable}-hotfix")


@check(
    points=18,
    fr="Les pods du service sont prêts, dans la version du Deployment",
    en="The service's pods are ready, in the Deployment's version",
    holds_for=3,
)
def test_pods_back(
    cluster: Cluster, baseline: Cluster, studio: Studio, parameters: Parameters
) -> None:
    """As many pods as before, all ready, with the image that the Deployment had before."""
    name = subject(studio, parameters).id
    was = baseline.deployment(name)
    expect_all_ready(
        cluster,
        name,
        was.replicas,
        str(was.images.get(name)),
        fr="Le service n'est rétabli que lorsque tous ses pods répondent de nouveau.",
        en="The service is restored only when all its pods answer again.",
    )


@check(
    points=18,
    fr="Le service répond de nouveau à travers son Service",
    en="The service answers again through its Service",
    probes=[HEALTH, INFO, DATA],
    parts=[
        part("health", points=7, fr="/health répond", en="/health answers"),
        part(
            "version", points=5, fr="La version d'avant répond", en="The version of before answers"
        ),
        part("data", points=6, fr="Les données sont là", en="The data is there"),
    ],
)
def test_endpoint(
    cluster: Cluster,
    answers: Answers,
    before: Look,
    studio: Studio,
    parameters: Parameters,
    subtests: Subtests,
) -> None:
    """The Service leads to its own pods, and they answer as before."""
    service = subject(studio, parameters)
    with subtests.test("health"):
        expect_health(cluster, answers, service)
    with subtests.test("version"):
        expect_health(cluster, answers, service)
        info, was = answers.to(INFO), before.answers.to(INFO)
        keys = ("service", "version", "configuration_hash")
        expect(
            ([info.json.get(key) for key in keys], info.fresh),
            equal_to(([was.json.get(key) for key in keys], True)),
            where=info.where(f"{', '.join(keys)}, nonce sent back"),
            fr="Ce que les utilisateurs obtiennent compte : le même service qu'avant la panne.",
            en="What users get counts: the same service as before the outage.",
        )
    with subtests.test("data"):
        expect_health(cluster, answers, service)
        data = answers.to(DATA)
        expect(
            (data.status, data.json.get("records"), data.fresh),
            equal_to((200, before.answers.to(DATA).json.get("records"), True)),
            where=data.where("HTTP status, records, nonce sent back"),
            fr="Les utilisateurs doivent retrouver leurs données.",
            en="Users have to find their data again.",
        )


def expect_health(cluster: Cluster, answers: Answers, service: StudioService) -> None:
    """Fail unless the Service's own pods answer a request never sent before."""
    expect_own_service(cluster, service)
    health = answers.to(HEALTH)
    expect(
        (health.status, health.json.get("service"), health.json.get("status"), health.fresh),
        equal_to((200, service.id, "ok", True)),
        where=health.where("HTTP status, service, status, nonce sent back"),
        fr="C'est par là que les autres services et la supervision le joignent.",
        en="This is how the other services and monitoring reach it.",
    )


@check(
    points=21,
    fr="L'équipe est prévenue",
    en="The team is told",
    files=[MESSAGE],
    parts=[
        part("service", points=8, fr="Le service", en="The service"),
        part(
            "version",
            points=13,
            fr="La version que le pod en panne devait faire tourner",
            en="The version that the broken pod was to run",
        ),
    ],
)
def test_team_told(
    files: Files, studio: Studio, parameters: Parameters, subtests: Subtests
) -> None:
    """The message names the service, and the version that was found in the broken pod."""
    service = subject(studio, parameters)
    inside = version_inside(service, parameters)
    note = files.note(MESSAGE)
    with subtests.test("service"):
        expect(
            note.value("service"),
            naming(service.id, among=studio.services),
            where=note.where("service"),
            fr="L'équipe doit savoir de quel service on parle.",
            en="The team has to know which service it is about.",
        )
    with subtests.test("version"):
        expect(
            note.value("version"),
            naming(inside, among=[*service.good, *service.bad.values(), inside]),
            where=note.where("version"),
            fr="Elle dit à l'équipe que le pod n'était plus ce que dit son Deployment.",
            en="It tells the team that the pod was no longer what its Deployment says.",
        )


@check(
    points=14,
    guard=True,
    fr="Le Deployment et la release du service sont ceux d'avant",
    en="The service's Deployment and release are those of before",
)
def test_service_kept(
    cluster: Cluster, helm: Helm, found: Look, studio: Studio, parameters: Parameters
) -> None:
    """The Deployment is the very same object, and its Helm release is where it was."""
    name = subject(studio, parameters).id
    deployment, was = cluster.deployment(name), found.cluster.deployment(name)
    expect(
        (deployment.uid == was.uid, deployment.replicas, deployment.images.get(name)),
        equal_to((True, was.replicas, was.images.get(name))),
        where=deployment.where("the same object, spec.replicas, image"),
        fr="Le Deployment n'était pas en cause : le supprimer ou le changer ajoute un incident.",
        en="The Deployment was not at fault: deleting or changing it adds an incident.",
    )
    release, had = helm.release(name), found.helm.release(name)
    expect(
        (release.status, release.revision),
        equal_to((had.status, had.revision)),
        where=release.where("status and number of the latest revision"),
        fr="La panne n'était pas dans la release : elle reste où elle en était.",
        en="The outage was not in the release: it stays where it was.",
    )


@check(
    points=21,
    guard=True,
    fr="Les autres services n'ont pas été coupés",
    en="The other services were not cut off",
)
def test_other_services(
    cluster: Cluster, found: Look, studio: Studio, parameters: Parameters
) -> None:
    """Each is as well as it was, in the very pods that it had."""
    name = subject(studio, parameters).id
    expect_others_well(cluster, found.cluster, studio, besides=[name])
    for other in studio.except_(name):
        deployment = cluster.deployment(other)
        lost = {pod.name for pod in found.cluster.deployment(other).pods} - {
            pod.name for pod in deployment.pods
        }
        expect(
            sorted(lost),
            nothing(),
            where=deployment.where("pods that are gone"),
            fr="Redémarrer ce qui va bien coupe des utilisateurs pour rien.",
            en="Restarting what is well cuts users off for nothing.",
        )


@check(
    points=8,
    guard=True,
    fr="Rien d'autre n'a changé",
    en="Nothing else has changed",
)
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect_nothing_else_changed(changes)
