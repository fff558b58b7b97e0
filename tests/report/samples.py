"""Results to report: one with every kind of outcome, one of full marks."""

from __future__ import annotations

from dataclasses import replace

from grader.exam.results.result import Result
from grader.model.audit import AuditExtract, AuditWrite
from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, Finding, PartResult, Verdict

FULL = Result(
    attempt="x7k2p9",
    scenario="deploy-service",
    title=Bilingual("Déployer le service de géolocalisation", "Deploy the geolocation service"),
    minutes=15,
    pass_percent=80,
    candidate="",
    language=Language.FRENCH,
    seed=42,
    started_at="2026-11-23T14:50:12.000Z",
    submitted_at="2026-11-23T14:57:40.500Z",
    provider="kind",
    verdict=Verdict.PASSED,
    checks=(
        CheckResult(
            "release",
            Bilingual("La release Helm est déployée", "The Helm release is deployed"),
            3,
            guard=False,
            verdict=Verdict.PASSED,
        ),
        CheckResult(
            "pods-ready",
            Bilingual(
                "Tous les pods du service sont prêts, avec les valeurs de production",
                "All pods of the service are ready, with the production values",
            ),
            5,
            guard=False,
            verdict=Verdict.PASSED,
        ),
        CheckResult(
            "nothing-else",
            Bilingual("Les 14 autres services sont intacts", "The 14 other services are untouched"),
            2,
            guard=True,
            verdict=Verdict.PASSED,
        ),
    ),
    runs_on={
        "reason": Bilingual("podman 4.3.1 est utilisable", "podman 4.3.1 can be used"),
        "engine": Bilingual("podman 4.3.1", "podman 4.3.1"),
        "kubernetes": Bilingual("v1.37.2", "v1.37.2"),
    },
    phases={"observe": 0.21, "judge": 0.08, "wait": 1.4, "evidence": 0.12},
    evidence_path="/home/u/.local/share/pivori-grader/results/x7k2p9/0f3a.json.gz",
    evidence_digest="sha256:" + "0f3a9c" * 10 + "77aa",
    grader="0.1.0",
)

MIXED = replace(
    FULL,
    verdict=Verdict.ERROR,
    candidate="Zoé Lefèvre",
    checks=(
        FULL.checks[0],
        replace(
            FULL.checks[1],
            verdict=Verdict.FAILED,
            finding=Finding(
                Bilingual(
                    "2 pods prêts, image geolocation:1.4.2", "2 pods ready, image geolocation:1.4.2"
                ),
                Bilingual(
                    "1 pod prêt ; geolocation-7d9f-x2x attend : ImagePullBackOff",
                    "1 pod ready; geolocation-7d9f-x2x is waiting: ImagePullBackOff",
                ),
                "Deployment pivori-production/geolocation status.readyReplicas",
                Bilingual(
                    "Sans deuxième pod, la prochaine mise à jour coupe le service.",
                    "Without a second pod the next update interrupts the service.",
                ),
                since="2026-11-23T14:55:01Z",
            ),
        ),
        replace(
            FULL.checks[2],
            verdict=Verdict.ERROR,
            fault="TimeoutError: the API server did not answer within 10 s",
            cause="sandbox-silent",
        ),
    ),
)

FAILED = replace(MIXED, verdict=Verdict.FAILED, checks=(*MIXED.checks[:2], FULL.checks[2]))

_FINDING = FAILED.checks[1].finding

SPLIT = replace(
    FAILED,
    checks=(
        FAILED.checks[0],
        replace(
            FAILED.checks[1],
            parts=(
                PartResult("image", Bilingual("L'image", "The image"), 2, Verdict.PASSED),
                PartResult("ready", Bilingual("Prêts", "Ready"), 2, Verdict.FAILED, _FINDING),
                PartResult("pods", Bilingual("Les pods", "The pods"), 1, Verdict.FAILED, _FINDING),
            ),
        ),
        FAILED.checks[2],
    ),
)
"""A check of three parts of which one passed and two failed for the same reason."""

WATCHED = replace(
    FAILED,
    audit=AuditExtract(
        head="sha256:" + "ab" * 32,
        records=120,
        writes=(
            AuditWrite(
                "2026-11-23T14:52:03.250000Z",
                "candidate",
                "patch",
                "deployments.apps",
                "pivori-production",
                "geolocation",
                "scale",
                200,
                "kubectl",
                ("spec.replicas=1",),
            ),
            AuditWrite(
                "2026-11-23T14:53:00Z",
                "candidate",
                "delete",
                "namespaces",
                "",
                "kube-system",
                code=403,
                agent="kubectl",
            ),
        ),
        omitted=2,
    ),
)
"""Two requests of the candidate, one of them refused, and a log without a gap."""
