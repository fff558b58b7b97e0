"""Whether the studio's services are as well as they were: what every scenario asks of the others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from grader.checks.cluster import Cluster
from grader.checks.expectation import expect
from grader.checks.helm import Helm
from grader.checks.matchers import at_least, containing, equal_to, image, nothing, yes
from grader.model.studio import Studio, StudioService


def expect_others_well(
    cluster: Cluster, before: Cluster, studio: Studio, *, besides: Collection[str]
) -> None:
    """Fail unless each of the other services is as well as it was.

    That is: as many pods ready as it was to have and at least one, in the versions of then, its
    Service in front of its own pods and of no other's, and its Helm release deployed and neither
    rolled back nor upgraded.

    Args:
        cluster: The objects now.
        before: The objects as they were, such as `baseline`, or `found.cluster` where the fault
            changed more than one service.
        studio: Which services there are.
        besides: Ids of the services that the task is about.

    Raises:
        CheckFailed: One is not.
    """
    for service in studio.except_(*besides):
        _expect_pods(cluster, before, service)
        expect_own_endpoints(cluster, service)
        _expect_release(Helm(cluster), Helm(before), service)


def expect_all_ready(
    cluster: Cluster, service: str, replicas: int, version: str, *, fr: str, en: str
) -> None:
    """Fail unless a service's Deployment is rolled out, all its pods ready and of one image.

    Args:
        cluster: The objects now.
        service: Its id.
        replicas: How many pods it is to have.
        version: The image reference that its container is to run.
        fr: Why the number of pods matters, in French.
        en: The same in English.

    Raises:
        CheckFailed: There are more or fewer, one is not ready, or one runs another image.
    """
    deployment = cluster.deployment(service)
    expect(
        (deployment.replicas, len(deployment.ready_pods), deployment.rolled_out),
        equal_to((replicas, replicas, True)),
        where=deployment.where("spec.replicas, ready pods, rolled out"),
        fr=fr,
        en=en,
    )
    for pod in deployment.ready_pods:
        expect(
            pod.images.get(service),
            image(version),
            where=pod.where(f"image of container {service}"),
            fr="Seule cette version-là a été validée pour la production.",
            en="This version alone was released for production.",
        )


def expect_replicas_of(cluster: Cluster, before: Cluster, services: Collection[str]) -> None:
    """Fail unless each of these services is to have as many pods as before."""
    for service in services:
        deployment = cluster.deployment(service)
        expect(
            deployment.replicas,
            equal_to(before.deployment(service).replicas),
            where=deployment.where("spec.replicas"),
            fr="Après l'intervention, chaque service a autant de pods qu'avant.",
            en="After the work each service has as many pods as before.",
        )


def expect_own_service(cluster: Cluster, service: StudioService) -> None:
    """Fail unless its Service listens on the service's port, with its own ready pods behind it."""
    front = cluster.service(service.id)
    expect(
        front.port_numbers,
        containing(service.port),
        where=front.where("spec.ports: port"),
        fr="Les autres services et la supervision l'appellent sur ce port-là.",
        en="The other services and monitoring call it on this very port.",
    )
    expect_own_endpoints(cluster, service.id)


def expect_own_endpoints(cluster: Cluster, service: str) -> None:
    """Fail unless a Service has endpoints, all of them ready pods of the Deployment of its name."""
    front, deployment = cluster.service(service), cluster.deployment(service)
    own = frozenset(address for pod in deployment.ready_pods for address in pod.addresses)
    expect(
        len(front.addresses),
        at_least(1),
        where=front.where("endpoints"),
        fr="Un Service sans pod prêt derrière lui ne répond à personne.",
        en="A Service without a ready pod behind it answers nobody.",
    )
    expect(
        front.addresses - own,
        nothing(),
        where=front.where("endpoints outside the Deployment's pods"),
        fr="Le Service doit mener aux pods du service, et à eux seuls.",
        en="The Service has to lead to the service's pods, and to them alone.",
    )


def expect_started_after(
    cluster: Cluster, before: Cluster, service: str, moment: datetime | None
) -> None:
    """Fail unless a service was stopped and started again: its pods are new, and younger than its data.

    Args:
        cluster: The objects now.
        before: The objects as the candidate found them.
        service: Its id.
        moment: When its data was written, in UTC; None where there is no data to compare with.

    Raises:
        CheckFailed: It has no pod, or one of its pods is of before.
    """
    deployment = cluster.deployment(service)
    pods = [pod for pod in deployment.pods if not pod.terminating]
    expect(
        len(pods),
        at_least(1),
        where=deployment.where("pods"),
        fr="Un service arrêté doit être redémarré.",
        en="A service that was stopped has to be started again.",
    )
    old = {pod.uid for pod in before.deployment(service).pods}
    for pod in pods:
        # A pod's time has no fractions of a second.
        created = _time(pod.field("metadata", "creationTimestamp")) + timedelta(seconds=1)
        expect(
            pod.uid not in old and (moment is None or created > moment),
            yes(),
            where=pod.where("started after its data was put in place"),
            fr="Un service qui tourne peut lire ou écrire ses données pendant qu'on les remplace.",
            en="A running service may read or write its data while it is being replaced.",
        )


def _expect_pods(cluster: Cluster, before: Cluster, service: str) -> None:
    deployment, earlier = cluster.deployment(service), before.deployment(service)
    expect(
        len(deployment.ready_pods),
        at_least(max(1, earlier.replicas)),
        where=deployment.where("pods with condition Ready"),
        fr="Une intervention ne doit pas coûter à la production un autre service.",
        en="Work on one service must not cost production another one.",
    )
    for pod in deployment.ready_pods:
        expect(
            pod.images.get(service),
            equal_to(earlier.images.get(service)),
            where=pod.where(f"image of container {service}"),
            fr="Ce service-là n'était pas en cause : sa version ne doit pas changer.",
            en="That service was not at fault: its version must not change.",
        )


def _expect_release(helm: Helm, before: Helm, service: str) -> None:
    release = helm.release(service)
    expect(
        (release.status, release.revision),
        equal_to(("deployed", before.release(service).revision)),
        where=release.where("status and number of the latest revision"),
        fr="La release d'un service qui n'était pas en cause reste où elle en était.",
        en="The release of a service that was not at fault stays where it was.",
    )


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
