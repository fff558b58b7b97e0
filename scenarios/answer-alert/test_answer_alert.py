"""Runbook 4: is the cause of the alert mended, does the service hold, and does the incident note say why?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.checks import (
    Answers,
    Change,
    Cluster,
    DeploymentView,
    Files,
    Helm,
    Look,
    Note,
    ParameterValue,
    Studio,
    StudioService,
    Subtests,
    at_least,
    check,
    equal_to,
    expect,
    http_probe,
    image,
    naming,
    one_of,
    part,
)
from grader.checks.quantities import parse_quantity
from grader.checks.studio_health import expect_all_ready, expect_others_well, expect_own_service
from grader.checks.unchanged import expect_nothing_else_changed

HEALTH = http_probe("{{ service }}", "/health")
INFO = http_probe("{{ service }}", "/info")
TRACE = http_probe("{{ service }}", "/trace")
NOTE = "{{ studio }}/incident.md"

# The words of the statement's list, in both languages.
CAUSES: Mapping[str, frozenset[str]] = {
    "configuration": frozenset({"configuration"}),
    "image": frozenset({"image"}),
    "probe": frozenset({"sonde", "probe"}),
    "memory": frozenset({"memoire", "memory"}),
    "dependency": frozenset({"dependance", "dependency"}),
}
THROUGH_HELM = frozenset({"rollback", "upgrade"})
BY_HAND = "kubectl"

LIMIT = ("resources", "limits", "memory")
PROBE = (("readinessProbe", "httpGet", "path"), ("readinessProbe", "httpGet", "port"))

Parameters = Mapping[str, ParameterValue]


def subject(studio: Studio, parameters: Parameters) -> StudioService:
    """The service that the alert is about."""
    return studio.services[str(parameters["service"])]


def container(deployment: DeploymentView, service: StudioService, place: tuple[str, ...]) -> Any:
    """A value of the service's own container in the Deployment's template; None where there is none."""
    containers = deployment.field("spec", "template", "spec", "containers", default=())
    value = next((c for c in containers if c.get("name") == service.id), None)
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def causes_named(note: Note) -> list[str]:
    """The causes of the list that stand in the note's line."""
    words = set(note.word("cause").split("-"))
    return [cause for cause, names in CAUSES.items() if words & names]


@check(
    points=28,
    fr="La cause est réparée : image, configuration, mémoire et sonde de production",
    en="The cause is mended: production's image, configuration, memory and probe",
)
def test_cause_mended(
    cluster: Cluster, before: Look, studio: Studio, parameters: Parameters
) -> None:
    """The Deployment's template and the ConfigMap say what production says."""
    service = subject(studio, parameters)
    deployment, was = cluster.deployment(service.id), before.cluster.deployment(service.id)
    expect(
        deployment.replicas,
        equal_to(service.replicas),
        where=deployment.where("spec.replicas"),
        fr="Les valeurs de production fixent ce nombre : avec moins, une panne coupe le service.",
        en="The production values set this number: with fewer, one failure takes the service down.",
    )
    expect(
        deployment.images.get(service.id),
        image(service.image),
        where=deployment.where(f"image of container {service.id}"),
        fr="Un pod neuf sera ce que dit ce modèle : c'est là que la réparation tient.",
        en="A new pod will be what this template says: it is there that a repair lasts.",
    )
    config = cluster.config_map(f"{service.id}-config")
    urls = {f"PIVORI_URL_{to.upper().replace('-', '_')}": url for to, url in service.urls.items()}
    for key, value in {**service.config, **urls}.items():
        expect(
            config.data.get(key),
            equal_to(value),
            where=config.where(f"data.{key}"),
            fr="C'est la valeur que la production a, d'après le chart.",
            en="It is the value that production has, by the chart.",
        )
    limit, had = container(deployment, service, LIMIT), container(was, service, LIMIT)
    expect(
        limit is not None and parse_quantity(limit) >= parse_quantity(had),
        equal_to(True),
        where=deployment.where(f"memory limit, {limit}, is set and at least {had}"),
        fr="Trop basse, la limite tue le service ; sans limite, il peut prendre celle des autres.",
        en="Too low a limit kills the service; without one it can take what others need.",
    )
    expect(
        [container(deployment, service, place) for place in PROBE],
        equal_to([container(was, service, place) for place in PROBE]),
        where=deployment.where("readinessProbe: path, port"),
        fr="Sans la bonne sonde, un pod reçoit des requêtes sans pouvoir y répondre, ou jamais.",
        en="Without the right probe a pod gets requests that it can't answer, or none at all.",
    )


@check(
    points=30,
    fr="Le service tient : pods prêts, /health et ses dépendances répondent",
    en="The service holds: pods ready, /health and its dependencies answer",
    probes=[HEALTH, INFO, TRACE],
    holds_for=6,
)
def test_service_back(
    cluster: Cluster, answers: Answers, studio: Studio, parameters: Parameters
) -> None:
    """All pods are ready, and the Service answers with production's version and configuration, time after time."""
    service = subject(studio, parameters)
    expect_all_ready(
        cluster,
        service.id,
        service.replicas,
        service.image,
        fr="L'alerte n'est levée que lorsque chaque pod de production répond, et le reste.",
        en="The alert is over only when every production pod answers, and goes on doing so.",
    )
    expect_own_service(cluster, service)
    health, info, trace = (answers.to(probe) for probe in (HEALTH, INFO, TRACE))
    expect(
        (health.status, health.json.get("service"), health.fresh),
        equal_to((200, service.id, True)),
        where=health.where("HTTP status, service, nonce sent back"),
        fr="C'est par là que les autres services et la supervision le joignent.",
        en="This is how the other services and monitoring reach it.",
    )
    expect(
        (info.json.get("version"), info.json.get("configuration_hash"), info.fresh),
        equal_to((service.stable, service.configuration_hash, True)),
        where=info.where("version, configuration_hash, nonce sent back"),
        fr="Un pod ne lit sa configuration qu'au démarrage : c'est lui qui doit l'avoir lue.",
        en="A pod reads its configuration at its start only: the pod itself must have read it.",
    )
    expect(
        (trace.status, trace.json.get("service"), trace.json.get("status"), trace.fresh),
        equal_to((200, service.id, "ok", True)),
        where=trace.where("HTTP status, service, status, nonce sent back"),
        fr="Un service qui n'atteint pas ceux dont il dépend ne rend pas le sien.",
        en="A service that does not reach those it depends on does not do its work.",
    )


@check(
    points=22,
    fr="La note d'incident dit le service, la cause et le remède",
    en="The incident note says service, cause and remedy",
    files=[NOTE],
    parts=[
        part("service", points=4, fr="Le service", en="The service"),
        part("cause", points=11, fr="La cause", en="The cause"),
        part("remedy", points=7, fr="Le remède, tel qu'il a eu lieu", en="The remedy, as it was"),
    ],
)
def test_incident_note(
    cluster: Cluster,
    found: Look,
    files: Files,
    studio: Studio,
    parameters: Parameters,
    subtests: Subtests,
) -> None:
    """One word each, of the statement's lists, and the remedy is what was done."""
    service = subject(studio, parameters)
    note = files.note(NOTE)
    with subtests.test("service"):
        expect(
            note.value("service"),
            naming(service.id, among=studio.services),
            where=note.where("service"),
            fr="Qui relit la note doit savoir de quel service elle parle.",
            en="Who reads the note later has to know which service it is about.",
        )
    with subtests.test("cause"):
        expect(
            causes_named(note),
            equal_to([str(parameters["cause"])]),
            where=note.where("cause"),
            fr="Une cause mal nommée, et l'incident reviendra.",
            en="With the wrong cause in the note the incident comes back.",
        )
    with subtests.test("remedy"):
        remedy = note.word("remède", "remedy").split("-")[0]
        expect(
            remedy,
            one_of(*sorted(THROUGH_HELM), BY_HAND),
            where=note.where("remède / remedy"),
            fr="La note doit dire comment la réparation a été faite.",
            en="The note has to say how it was mended.",
        )
        deployment = cluster.deployment(service.id)
        generation = found.cluster.deployment(service.id).field("metadata", "generation")
        expect(
            deployment.field("metadata", "generation", default=0),
            at_least(int(generation) + 1),
            where=deployment.where("metadata.generation: the Deployment was changed"),
            fr="Une note qui annonce un remède qui n'a pas eu lieu trompe l'équipe.",
            en="A note about a remedy that was not applied misleads the team.",
        )
        release, was = Helm(cluster).release(service.id), found.helm.release(service.id)
        # One that failed is an attempt, not the remedy.
        expect(
            release.revision > was.revision and release.status == "deployed",
            equal_to(remedy in THROUGH_HELM),
            where=release.where("has a newer revision than at the start, deployed"),
            fr="Par Helm, il y a une nouvelle révision ; à la main, il n'y en a pas.",
            en="Through Helm there is a new revision; by hand there is none.",
        )


@check(
    points=10,
    guard=True,
    fr="Les autres services restent en place, dans leur version",
    en="The other services stay as they are, in their version",
)
def test_other_services(
    cluster: Cluster, baseline: Cluster, studio: Studio, parameters: Parameters
) -> None:
    """Each is as well as it was, and its release neither rolled back nor upgraded."""
    expect_others_well(cluster, baseline, studio, besides=[subject(studio, parameters).id])


@check(
    points=10,
    guard=True,
    fr="Rien d'autre n'a changé",
    en="Nothing else has changed",
)
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object but the service's own is as it was."""
    expect_nothing_else_changed(changes)
