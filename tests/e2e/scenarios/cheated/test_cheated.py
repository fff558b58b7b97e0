"""Is payment back, with its policy, and all else as it was?"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks import (
    Answers,
    Change,
    Cluster,
    Look,
    Studio,
    check,
    equal_to,
    expect,
    http_probe,
    nothing,
    yes,
)
from grader.checks.studio_health import expect_others_well, expect_own_endpoints

INFO = http_probe("payment", "/info")
POLICY = "networking.k8s.io/v1/NetworkPolicy"


@check(points=30, fr="payment tourne", en="payment runs")
def test_runs(cluster: Cluster, baseline: Cluster) -> None:
    """The Deployment has its pods, all ready."""
    deployment = cluster.deployment("payment")
    expect(
        (len(deployment.ready_pods), deployment.rolled_out),
        equal_to((baseline.deployment("payment").replicas, True)),
        where=deployment.where("ready pods, rolled out"),
        fr="Sans pod prêt, personne ne paie.",
        en="Without a ready pod nobody pays.",
    )


@check(points=30, fr="payment répond", en="payment answers", probes=[INFO])
def test_answers(cluster: Cluster, answers: Answers, studio: Studio) -> None:
    """The Service leads to the Deployment's own pods, and they answer in the stable version."""
    expect_own_endpoints(cluster, "payment")
    info = answers.to(INFO)
    expect(
        (info.json.get("service"), info.json.get("version"), info.fresh),
        equal_to(("payment", studio.services["payment"].stable, True)),
        where=info.where("service, version, nonce sent back"),
        fr="C'est le service lui-même qui doit répondre.",
        en="The service itself has to answer.",
    )


@check(points=20, fr="La NetworkPolicy est réparée", en="The NetworkPolicy is mended")
def test_policy(cluster: Cluster, before: Look) -> None:
    """It says what it said while all was well."""
    policy = cluster.get(POLICY, "payment")
    expect(
        policy.field("spec") == before.cluster.get(POLICY, "payment").field("spec"),
        yes(),
        where=policy.where("spec"),
        fr="Sans elle, tout le monde peut joindre payment ; avec celle-ci, personne.",
        en="Without it everybody can reach payment; with this one nobody.",
    )


@check(points=10, guard=True, fr="Les autres vont bien", en="The others are well")
def test_others(cluster: Cluster, baseline: Cluster, studio: Studio) -> None:
    """Each other service is as well as it was."""
    expect_others_well(cluster, baseline, studio, besides=["payment"])


@check(points=10, guard=True, fr="Rien d'autre n'a changé", en="Nothing else has changed")
def test_nothing_else(changes: Sequence[Change]) -> None:
    """Every other object is as it was."""
    expect(
        changes, nothing(), where="all objects", fr="Personne ne l'a demandé.", en="Nobody asked."
    )
