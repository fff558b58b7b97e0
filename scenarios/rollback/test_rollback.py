"""Runbook 5: is the last good release back, through Helm, and nothing else rolled back?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.checks import (
    Answers,
    Change,
    Cluster,
    Files,
    Helm,
    Look,
    ParameterValue,
    ReleaseView,
    Revision,
    Studio,
    StudioService,
    Subtests,
    check,
    equal_to,
    expect,
    fail,
    http_probe,
    image,
    naming,
    nothing,
    part,
    yes,
)
from grader.checks.release_objects import differences, expect_as_made
from grader.checks.studio_health import expect_all_ready, expect_others_well, expect_own_service
from grader.checks.unchanged import expect_nothing_else_changed

HEALTH = http_probe("{{ service }}", "/health")
INFO = http_probe("{{ service }}", "/info")
DATA = http_probe("{{ service }}", "/data")
MESSAGE = "{{ studio }}/message.txt"

# What the last good revision has otherwise than the production values.
LOG_LEVEL = "WARNING"

# How many revisions Helm keeps unless told otherwise.
HISTORY_MAX = 10

Parameters = Mapping[str, ParameterValue]


def subject(studio: Studio, parameters: Parameters) -> StudioService:
    """The service that the task is about."""
    return studio.services[str(parameters["service"])]


def last_good(release: ReleaseView) -> Revision:
    """The latest revision that was live before the bad one: neither failed nor the one in service."""
    return [revision for revision in release.history if revision.status == "superseded"][-1]


@check(
    points=25,
    fr="La dernière bonne révision est de nouveau en service, par Helm",
    en="The last good revision is in service again, through Helm",
)
def test_release_back(
    cluster: Cluster, helm: Helm, found: Look, studio: Studio, parameters: Parameters
) -> None:
    """A new revision, deployed, makes what the last good one made, and that is what is live."""
    name = subject(studio, parameters).id
    release, was = helm.release(name), found.helm.release(name)
    good = last_good(was)
    expect(
        release.status,
        equal_to("deployed"),
        where=release.where("status of the latest revision"),
        fr="Une révision en échec ne peut pas être un point de retour.",
        en="A failed revision can't be returned to.",
    )
    expect(
        release.revision > was.revision,
        yes(),
        where=release.where(f"latest revision, {release.revision}, is newer than {was.revision}"),
        fr="Un retour en arrière fait par Helm est une nouvelle révision dans l'historique.",
        en="A rollback made by Helm is a new revision in its history.",
    )
    made, latest = by_name(good), by_name(release.latest)
    expect(
        sorted(latest),
        equal_to(sorted(made)),
        where=release.where("objects of the latest revision"),
        fr=f"La révision {good.number} fabriquait exactement ces objets.",
        en=f"Revision {good.number} made exactly these objects.",
    )
    for key, wanted in made.items():
        for path, value, seen in differences(wanted, latest[key]):
            fail(
                value,
                "" if seen is None else seen,
                where=release.where(f"latest revision: {key}: {path}"),
                fr=f"La révision {good.number} revient tout entière : version et valeurs.",
                en=f"Revision {good.number} comes back as a whole: version and values.",
            )
    expect_as_made(cluster, release, good)


@check(
    points=15,
    fr="Tous les pods sont prêts, dans la bonne version",
    en="All pods are ready, in the right version",
    holds_for=3,
)
def test_pods_ready(cluster: Cluster, studio: Studio, parameters: Parameters) -> None:
    """The Deployment has production's number of pods, all ready and of the last good version."""
    service = subject(studio, parameters)
    expect_all_ready(
        cluster,
        service.id,
        service.replicas,
        service.image_of(service.good[-1]),
        fr="Le service n'est rétabli que lorsque chaque pod de production répond de nouveau.",
        en="The service is restored only when every production pod answers again.",
    )


@check(
    points=18,
    fr="Le service répond de nouveau à travers son Service",
    en="The service answers again through its Service",
    probes=[HEALTH, INFO, DATA],
    parts=[
        part("version", points=10, fr="La bonne version répond", en="The right version answers"),
        part("data", points=8, fr="Elle rend les données", en="It gives the data"),
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
    """The Service leads to its own pods, which run the last good version with its configuration."""
    service = subject(studio, parameters)
    with subtests.test("version"):
        expect_answer(cluster, answers, service)
    with subtests.test("data"):
        expect_answer(cluster, answers, service)
        data = answers.to(DATA)
        expect(
            (data.status, data.json.get("records"), data.fresh),
            equal_to((200, before.answers.to(DATA).json.get("records"), True)),
            where=data.where("HTTP status, records, nonce sent back"),
            fr="Les utilisateurs doivent retrouver leurs données.",
            en="Users have to find their data again.",
        )


def expect_answer(cluster: Cluster, answers: Answers, service: StudioService) -> None:
    """Fail unless the Service's own pods answer, in the last good version with its configuration."""
    expect_own_service(cluster, service)
    health, info = answers.to(HEALTH), answers.to(INFO)
    expect(
        (health.status, health.json.get("version"), health.fresh),
        equal_to((200, service.good[-1], True)),
        where=health.where("HTTP status, version, nonce sent back"),
        fr="C'est par là que les autres services et la supervision le joignent.",
        en="This is how the other services and monitoring reach it.",
    )
    good = replace(service, config={**service.config, "LOG_LEVEL": LOG_LEVEL})
    expect(
        (
            info.json.get("service"),
            info.json.get("version"),
            info.json.get("configuration_hash"),
            info.fresh,
        ),
        equal_to((service.id, service.good[-1], good.configuration_hash, True)),
        where=info.where("service, version, configuration_hash, nonce sent back"),
        fr="Ce que les utilisateurs obtiennent compte : la bonne version, avec ses valeurs.",
        en="What users get counts: the right version, with its values.",
    )


@check(
    points=13,
    fr="L'équipe est prévenue, et le message dit vrai",
    en="The team is told, and the message is true",
    files=[MESSAGE],
    parts=[
        part("service", points=3, fr="Le service", en="The service"),
        part("removed", points=4, fr="La version retirée", en="The version taken out"),
        part(
            "restored",
            points=6,
            fr="La version rétablie, qui tourne",
            en="The version put back, which runs",
        ),
    ],
)
def test_team_told(
    cluster: Cluster, files: Files, studio: Studio, parameters: Parameters, subtests: Subtests
) -> None:
    """The message names the service, the version taken out, and the one that runs again."""
    service = subject(studio, parameters)
    versions = [*service.good, *service.bad.values()]
    note = files.note(MESSAGE)
    with subtests.test("service"):
        expect(
            note.value("service"),
            naming(service.id, among=studio.services),
            where=note.where("service"),
            fr="L'équipe doit savoir de quel service on parle.",
            en="The team has to know which service it is about.",
        )
    with subtests.test("removed"):
        expect(
            note.value("retirée", "removed", "version retirée", "version removed"),
            naming(service.bad[str(parameters["fault"])], among=versions),
            where=note.where("retirée / removed"),
            fr="Sans cela, quelqu'un remettra la même version en production.",
            en="Without it somebody will deploy the same version again.",
        )
    with subtests.test("restored"):
        expect(
            note.value("rétablie", "restored", "version rétablie", "version restored"),
            naming(service.good[-1], among=versions),
            where=note.where("rétablie / restored"),
            fr="L'équipe doit savoir ce qui tourne maintenant.",
            en="The team has to know what runs now.",
        )
        deployment = cluster.deployment(service.id)
        expect(
            deployment.images.get(service.id),
            image(service.image_of(service.good[-1])),
            where=deployment.where(f"image of container {service.id}"),
            fr="Annoncer un retour en arrière qui n'a pas eu lieu trompe l'équipe.",
            en="Announcing a rollback that did not take place misleads the team.",
        )


@check(
    points=5,
    guard=True,
    fr="L'historique de la release est gardé",
    en="The release's history is kept",
)
def test_history_kept(helm: Helm, found: Look, studio: Studio, parameters: Parameters) -> None:
    """Every revision that was there is still there, but for those that Helm drops by itself."""
    name = subject(studio, parameters).id
    release = helm.release(name)
    # Helm itself drops the oldest of more than ten.
    kept = {r.number for r in release.history} | set(range(1, release.revision - HISTORY_MAX + 1))
    lost = {r.number for r in found.helm.release(name).history} - kept
    expect(
        sorted(lost),
        nothing(),
        where=release.where("revisions that are gone"),
        fr="L'historique dit ce qui a été en production et quand ; une désinstallation l'efface.",
        en="History says what was in production and when; uninstalling wipes it out.",
    )


@check(
    points=14,
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
    """Every object that is not the release's own is as it was."""
    expect_nothing_else_changed(changes)


def by_name(revision: Revision) -> Mapping[str, object]:
    """What a revision made, by kind and name."""
    return {
        f"{made.get('kind')}/{made['metadata'].get('name')}": made
        for made in revision.objects or ()
    }
