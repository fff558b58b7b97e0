"""Runbook 1: is the service deployed as production needs it, and all else as it was?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.checks import (
    Answers,
    Change,
    Cluster,
    Helm,
    Logs,
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
    nothing,
    part,
    service_logs,
    yes,
)
from grader.checks.release_objects import expect_as_made, expect_owned
from grader.checks.studio_health import expect_others_well, expect_own_service
from grader.checks.unchanged import expect_nothing_else_changed

HEALTH = http_probe("{{ service }}", "/health")
INFO = http_probe("{{ service }}", "/info")
LOGS = service_logs("{{ service }}")

Parameters = Mapping[str, ParameterValue]


def subject(studio: Studio, parameters: Parameters) -> StudioService:
    """The service to be deployed; its `stable` version is the one that the task asks for."""
    service = studio.services[str(parameters["service"])]
    return replace(service, stable=service.good[int(str(parameters["release"]))])


@check(
    points=6,
    fr="Tous les pods de production sont prêts",
    en="All production pods are ready",
)
def test_pods_ready(cluster: Cluster, studio: Studio, parameters: Parameters) -> None:
    """The Deployment has as many pods as production wants, all rolled out and ready."""
    service = subject(studio, parameters)
    deployment = cluster.deployment(service.id)
    wanted = service.replicas
    expect(
        deployment.replicas,
        equal_to(wanted),
        where=deployment.where("spec.replicas"),
        fr="Les valeurs de production fixent ce nombre : avec moins, une panne coupe le service.",
        en="The production values set this number: with fewer, one failure takes the service down.",
    )
    expect(
        len(deployment.ready_pods),
        equal_to(wanted),
        where=deployment.where("pods with condition Ready"),
        fr="Un pod qui n'est pas prêt ne reçoit aucune requête.",
        en="A pod that is not ready gets no request.",
    )
    expect(
        deployment.rolled_out,
        yes(),
        where=deployment.where("status"),
        fr="Un déploiement inachevé mélange deux versions ou attend encore des pods.",
        en="An unfinished rollout mixes two versions or still waits for pods.",
    )


@check(
    points=22,
    fr="La version demandée tourne et répond",
    en="The right version runs and answers",
    probes=[INFO],
)
def test_version(
    cluster: Cluster, answers: Answers, studio: Studio, parameters: Parameters
) -> None:
    """Every ready pod runs the right image, and the Service answers with that version, now."""
    service = subject(studio, parameters)
    deployment = cluster.deployment(service.id)
    expect(
        len(deployment.ready_pods),
        at_least(1),
        where=deployment.where("pods with condition Ready"),
        fr="Sans pod prêt, aucune version ne tourne.",
        en="Without a ready pod, no version runs.",
    )
    for pod in deployment.ready_pods:
        expect(
            pod.images.get(service.id),
            image(service.image),
            where=pod.where(f"image of container {service.id}"),
            fr="C'est la version demandée qui a été validée pour la production.",
            en="It is the version asked for that was released for production.",
        )
    cluster.service(service.id).raw  # noqa: B018 - without a Service there is nobody to ask
    info = answers.to(INFO)
    expect(
        (info.json.get("service"), info.json.get("version"), info.fresh),
        equal_to((service.id, service.stable, True)),
        where=info.where("service, version, nonce sent back"),
        fr="Ce que les utilisateurs obtiennent compte, pas ce que l'objet annonce.",
        en="What users get counts, not what the object says.",
    )


@check(
    points=16,
    fr="Les valeurs de production sont en service",
    en="The production values are in effect",
    probes=[INFO],
)
def test_production_values(
    cluster: Cluster, answers: Answers, studio: Studio, parameters: Parameters
) -> None:
    """ConfigMap and Secret hold them, and a running pod has read them."""
    service = subject(studio, parameters)
    config = cluster.config_map(f"{service.id}-config")
    for key, value in service.config.items():
        expect(
            config.data.get(key),
            equal_to(value),
            where=config.where(f"data.{key}"),
            fr="Les valeurs par défaut du chart sont celles du développement.",
            en="The chart's default values are those for development.",
        )
    secret = cluster.secret(f"{service.id}-secret")
    for key, value in service.secrets.items():
        expect(
            secret.holds(key, value.encode()),
            yes(),
            where=secret.where(f"data.{key}: the value of production"),
            fr="Un secret manquant ou faux ne se voit qu'au prochain redémarrage du pod.",
            en="A secret that is missing or wrong shows only when the pod restarts.",
        )
    cluster.service(service.id).raw  # noqa: B018 - without a Service there is nobody to ask
    info = answers.to(INFO)
    expect(
        (info.json.get("configuration_hash"), info.fresh),
        equal_to((service.configuration_hash, True)),
        where=info.where("configuration_hash, nonce sent back"),
        fr="Un pod ne lit sa configuration qu'au démarrage : c'est lui qui doit l'avoir lue.",
        en="A pod reads its configuration at its start only: the pod itself must have read it.",
    )


@check(
    points=4,
    fr="Les logs sont propres",
    en="The logs are clean",
    logs=[LOGS],
)
def test_logs_clean(cluster: Cluster, logs: Logs, studio: Studio, parameters: Parameters) -> None:
    """Every pod has written something, none an error, and none was restarted."""
    service = subject(studio, parameters)
    deployment = cluster.deployment(service.id)
    expect(
        len(deployment.pods),
        at_least(1),
        where=deployment.where("pods"),
        fr="Sans pod, il n'y a pas de logs à lire.",
        en="Without a pod there are no logs to read.",
    )
    written = [log for log in logs.of(LOGS) if log.pod in {pod.name for pod in deployment.pods}]
    expect(
        sum(len(log.lines) for log in written),
        at_least(1),
        where=deployment.where("logs of its pods"),
        fr="Un service qui démarre l'écrit dans ses logs ; ceux-ci sont vides.",
        en="A service that starts says so in its logs; these are empty.",
    )
    for log in written:
        for line in log.errors:
            expect(
                line.text,
                nothing(),
                where=log.where(line),
                fr="Une erreur dès le déploiement annonce un incident.",
                en="An error right after the deployment announces an incident.",
            )
    for pod in deployment.pods:
        expect(
            pod.restarts,
            equal_to(0),
            where=pod.where("status.containerStatuses: restartCount"),
            fr="Un conteneur redémarré est tombé au moins une fois ; kubectl logs -p dit pourquoi.",
            en="A restarted container went down at least once; kubectl logs -p says why.",
        )


@check(
    points=8,
    fr="/health répond à travers le Service",
    en="/health answers through the Service",
    probes=[HEALTH],
)
def test_health(cluster: Cluster, answers: Answers, studio: Studio, parameters: Parameters) -> None:
    """The Service leads to the Deployment's own pods, and they answer a request never sent before."""
    service = subject(studio, parameters)
    expect_own_service(cluster, service)
    health = answers.to(HEALTH)
    expect(
        health.status,
        equal_to(200),
        where=health.where("HTTP status"),
        fr="C'est par là que les autres services et la supervision le joignent.",
        en="This is how the other services and monitoring reach it.",
    )
    expect(
        (health.json.get("service"), health.json.get("status"), health.fresh),
        equal_to((service.id, "ok", True)),
        where=health.where("service, status, nonce sent back"),
        fr="La réponse doit venir du service lui-même, à l'instant.",
        en="The answer must come from the service itself, at this moment.",
    )


@check(
    points=22,
    fr="La release est dans l'historique de Helm",
    en="The release is in Helm's history",
    parts=[
        part(
            "deployed",
            points=12,
            fr="Déployée, à partir du chart du service",
            en="Deployed, from the service's chart",
        ),
        part(
            "objects",
            points=10,
            fr="Tout ce que le chart fabrique est en place, sans retouche",
            en="All that the chart makes is in place, unchanged",
        ),
    ],
)
def test_release_in_history(
    cluster: Cluster,
    helm: Helm,
    studio: Studio,
    parameters: Parameters,
    subtests: Subtests,
) -> None:
    """Helm has deployed it, from the service's chart, and what runs is what Helm made."""
    service = subject(studio, parameters)
    release = helm.release(service.id)
    with subtests.test("deployed"):
        expect(
            release.status,
            equal_to("deployed"),
            where=release.where("status of the latest revision"),
            fr="Seule une release déployée peut servir de point de retour.",
            en="Only a deployed release can be returned to.",
        )
        expect(
            release.chart.name,
            equal_to(service.id),
            where=release.where("chart"),
            fr="La release doit venir du chart du service.",
            en="The release has to come from the service's chart.",
        )
        for made in (cluster.deployment(service.id), cluster.service(service.id)):
            expect_owned(release, made)
    with subtests.test("objects"):
        expect_as_made(cluster, release, release.latest)


@check(
    points=12,
    guard=True,
    fr="Les quatorze autres services restent déployés et prêts",
    en="The fourteen other services are still deployed and ready",
)
def test_other_services(
    cluster: Cluster, baseline: Cluster, studio: Studio, parameters: Parameters
) -> None:
    """Each has its pods ready, its Service in front of them, and its Helm release."""
    expect_others_well(cluster, baseline, studio, besides=[subject(studio, parameters).id])


@check(
    points=10,
    guard=True,
    fr="Rien d'autre n'a changé",
    en="Nothing else has changed",
)
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect_nothing_else_changed(changes)
