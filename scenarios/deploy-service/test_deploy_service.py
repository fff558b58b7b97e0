"""Runbook 1: is the geolocation service deployed as production needs it, and all else as it was?"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks import (
    Answers,
    Change,
    Cluster,
    Helm,
    Logs,
    Studio,
    at_least,
    check,
    containing,
    equal_to,
    expect,
    http_probe,
    image,
    nothing,
    service_logs,
    yes,
)

SERVICE = "geolocation"
HEALTH = http_probe(SERVICE, "/health")
INFO = http_probe(SERVICE, "/info")
LOGS = service_logs(SERVICE)


@check(
    points=8,
    fr="Tous les pods de production sont prêts",
    en="All production pods are ready",
)
def test_pods_ready(cluster: Cluster, studio: Studio) -> None:
    """The Deployment has as many pods as production wants, all rolled out and ready."""
    deployment = cluster.deployment(SERVICE)
    wanted = studio.services[SERVICE].replicas
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
    fr="La version stable tourne et répond",
    en="The stable version runs and answers",
    probes=[INFO],
)
def test_version(cluster: Cluster, answers: Answers, studio: Studio) -> None:
    """Every ready pod runs the stable image, and the Service answers with that version, now."""
    geolocation = studio.services[SERVICE]
    deployment = cluster.deployment(SERVICE)
    expect(
        len(deployment.ready_pods),
        at_least(1),
        where=deployment.where("pods with condition Ready"),
        fr="Sans pod prêt, aucune version ne tourne.",
        en="Without a ready pod, no version runs.",
    )
    for pod in deployment.ready_pods:
        expect(
            pod.images.get(SERVICE),
            image(geolocation.image),
            where=pod.where(f"image of container {SERVICE}"),
            fr="Une autre version que la stable n'a pas été validée pour la production.",
            en="A version other than the stable one was not released for production.",
        )
    cluster.service(SERVICE).raw  # noqa: B018 - without a Service there is nobody to ask
    info = answers.to(INFO)
    expect(
        (info.json.get("service"), info.json.get("version"), info.fresh),
        equal_to((SERVICE, geolocation.stable, True)),
        where=info.where("service, version, nonce sent back"),
        fr="Ce que les utilisateurs obtiennent compte, pas ce que l'objet annonce.",
        en="What users get counts, not what the object says.",
    )


@check(
    points=14,
    fr="Les valeurs de production sont en service",
    en="The production values are in effect",
    probes=[INFO],
)
def test_production_values(cluster: Cluster, answers: Answers, studio: Studio) -> None:
    """ConfigMap and Secret hold them, and a running pod has read them."""
    geolocation = studio.services[SERVICE]
    config = cluster.config_map(f"{SERVICE}-config")
    for key, value in geolocation.config.items():
        expect(
            config.data.get(key),
            equal_to(value),
            where=config.where(f"data.{key}"),
            fr="Les valeurs par défaut du chart sont celles du développement.",
            en="The chart's default values are those for development.",
        )
    secret = cluster.secret(f"{SERVICE}-secret")
    for key, value in geolocation.secrets.items():
        expect(
            secret.holds(key, value.encode()),
            yes(),
            where=secret.where(f"data.{key}: the value of production"),
            fr="Un secret manquant ou faux ne se voit qu'au prochain redémarrage du pod.",
            en="A secret that is missing or wrong shows only when the pod restarts.",
        )
    cluster.service(SERVICE).raw  # noqa: B018 - without a Service there is nobody to ask
    info = answers.to(INFO)
    expect(
        (info.json.get("configuration_hash"), info.fresh),
        equal_to((geolocation.configuration_hash, True)),
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
def test_logs_clean(cluster: Cluster, logs: Logs) -> None:
    """Every pod has written something, none an error, and none was restarted."""
    deployment = cluster.deployment(SERVICE)
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
def test_health(cluster: Cluster, answers: Answers, studio: Studio) -> None:
    """The Service leads to the Deployment's own pods, and they answer a request never sent before."""
    service, deployment = cluster.service(SERVICE), cluster.deployment(SERVICE)
    expect(
        service.port_numbers,
        containing(studio.services[SERVICE].port),
        where=service.where("spec.ports: port"),
        fr="Les autres services et la supervision l'appellent sur ce port-là.",
        en="The other services and monitoring call it on this very port.",
    )
    own = frozenset(address for pod in deployment.ready_pods for address in pod.addresses)
    expect(
        len(service.addresses),
        at_least(1),
        where=service.where("endpoints"),
        fr="Un Service sans pod prêt derrière lui ne répond à personne.",
        en="A Service without a ready pod behind it answers nobody.",
    )
    expect(
        service.addresses - own,
        nothing(),
        where=service.where("endpoints outside the Deployment's pods"),
        fr="Le Service doit mener aux pods de geolocation, pas à ceux d'un autre.",
        en="The Service has to lead to geolocation's pods, not to another's.",
    )
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
        equal_to((SERVICE, "ok", True)),
        where=health.where("service, status, nonce sent back"),
        fr="La réponse doit venir du service lui-même, à l'instant.",
        en="The answer must come from the service itself, at this moment.",
    )


@check(
    points=22,
    fr="La release est dans l'historique de Helm",
    en="The release is in Helm's history",
)
def test_release_in_history(cluster: Cluster, helm: Helm) -> None:
    """Helm has deployed it, from the service's chart, and what runs is what Helm made."""
    release = helm.release(SERVICE)
    expect(
        release.status,
        equal_to("deployed"),
        where=release.where("status of the latest revision"),
        fr="Seule une release déployée peut servir de point de retour.",
        en="Only a deployed release can be returned to.",
    )
    expect(
        release.chart.name,
        equal_to(SERVICE),
        where=release.where("chart"),
        fr="La release doit venir du chart du service.",
        en="The release has to come from the service's chart.",
    )
    for made in (cluster.deployment(SERVICE), cluster.service(SERVICE)):
        expect(
            release.owns(made),
            yes(),
            where=made.where("made by this release"),
            fr="Un objet que Helm n'a pas créé échappe à helm upgrade et helm rollback.",
            en="An object that Helm did not make is out of reach of helm upgrade and helm rollback.",
        )


@check(
    points=12,
    guard=True,
    fr="Les quatorze autres services restent déployés et prêts",
    en="The fourteen other services are still deployed and ready",
)
def test_other_services(cluster: Cluster, baseline: Cluster, helm: Helm, studio: Studio) -> None:
    """Each has its pods ready, its Service in front of them, and its Helm release."""
    for name in studio.except_(SERVICE):
        deployment, service = cluster.deployment(name), cluster.service(name)
        expect(
            len(deployment.ready_pods),
            at_least(max(1, baseline.deployment(name).replicas)),
            where=deployment.where("pods with condition Ready"),
            fr="Un déploiement ne doit pas coûter à la production un autre service.",
            en="A deployment must not cost production another service.",
        )
        own = frozenset(address for pod in deployment.pods for address in pod.addresses)
        expect(
            (len(service.addresses) > 0, service.addresses - own),
            equal_to((True, frozenset())),
            where=service.where("has endpoints; endpoints outside the Deployment's pods"),
            fr="Le Service doit mener aux pods du service, et à eux seuls.",
            en="The Service has to lead to the service's pods, and to them alone.",
        )
        expect(
            helm.release(name).status,
            equal_to("deployed"),
            where=helm.release(name).where("status of the latest revision"),
            fr="Sans sa release, un service ne peut plus être mis à jour ni ramené en arrière.",
            en="Without its release, a service can neither be upgraded nor rolled back.",
        )


@check(
    points=10,
    guard=True,
    fr="Rien d'autre n'a changé",
    en="Nothing else has changed",
)
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect(
        changes,
        nothing(),
        where="all objects of the cluster, compared with those at the start",
        fr="En production, un changement que personne n'a demandé est un incident à venir.",
        en="In production, a change that nobody asked for is an incident to come.",
    )
