"""A scenario small enough to be proved in a second, and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.proof.cache import ProofCache
from grader.judging.proof.claims import Claim, Group, Proof, ScenarioProof
from grader.judging.proof.prove import prove
from grader.judging.proof.scenario_trials import ScenarioTrials
from grader.judging.proof.trial import Examiner
from grader.model.scenario import Scenario
from grader.model.verdict import Verdict
from tests.judging.doubles import HandClock
from tests.judging.folder import ScenarioFolder
from tests.judging.proof.simulated import Command, SimulatedSandboxes, SimulatedWorkstation
from tests.judging.world import GEOLOCATION, STUDIO, World, install, studio_world

SERVICES = ("routing", "audio")
YAML = f"""\
apiVersion: grader/v1
id: small
title:
  fr: Petit
  en: Small
guide: Runbook 1
minutes: 10
settle_s: 0
services:
  except: [{", ".join(STUDIO.except_(*SERVICES))}]
may_change:
  - {{ kind: Secret, name: sh.helm.release.v1.geolocation.v* }}
"""
HEAD = """\
from grader.checks import *

HEALTH = http_probe("geolocation", "/health")
INFO = http_probe("geolocation", "/info")
"""
PODS = """
@check(points=10, fr="pods", en="pods")
def test_pods(cluster):
    deployment = cluster.deployment("geolocation")
    expect(deployment.replicas, equal_to(2), where=deployment.where("spec.replicas"), fr="f", en="e")
    expect(deployment.images.get("geolocation"), image("registry.pivori.internal/studio/geolocation:2.4.1"),
           where="image", fr="f", en="e")
    labels = deployment.field("spec", "template", "metadata", "labels")
    expect(labels.get("app.kubernetes.io/instance"), equal_to("geolocation"), where="l", fr="f", en="e")
"""
SERVICE = """
@check(points=10, fr="service", en="service", probes=[HEALTH, INFO])
def test_service(cluster, answers, studio):
    service = cluster.service("geolocation")
    expect(service.port_numbers, equal_to({8010}), where=service.where("ports"), fr="f", en="e")
    for probe in (HEALTH, INFO):
        answer = answers.to(probe)
        expect((answer.status, answer.fresh), equal_to((200, True)), where="h", fr="f", en="e")
"""
CONFIG = """
@check(points=10, fr="config", en="config")
def test_config(cluster, studio):
    config = cluster.config_map("geolocation-config")
    for key, value in studio.services["geolocation"].config.items():
        expect(config.data.get(key), equal_to(value), where=config.where(key), fr="f", en="e")
    secret = cluster.secret("geolocation-secret")
    for key, value in studio.services["geolocation"].secrets.items():
        expect(secret.holds(key, value.encode()), yes(), where=secret.where(key), fr="f", en="e")
"""
RELEASE = """
@check(points=10, fr="release", en="release")
def test_release(helm):
    expect(helm.release("geolocation").status, equal_to("deployed"), where="h", fr="f", en="e")
"""
GUARD = """
@check(points=10, guard=True, fr="reste", en="rest")
def test_rest(changes):
    expect(changes, nothing(), where="all", fr="f", en="e")
"""
CHECKS = {"pods": PODS, "service": SERVICE, "config": CONFIG, "release": RELEASE, "guard": GUARD}


def deploy(place: SimulatedWorkstation) -> None:
    """What `deploy` leaves."""
    install(place.world, GEOLOCATION)


def deploy_one(place: SimulatedWorkstation) -> None:
    """What `deploy one pod` leaves."""
    install(place.world, GEOLOCATION, replicas=1)


COMMANDS: Mapping[str, Command] = {"deploy": deploy, "deploy one pod": deploy_one}


@dataclass
class Small:
    """The scenario in a folder, and what it is proved with.

    Args:
        folder: Where it is written.
        checks: The text of each of its checks.
        sandboxes: Where it is proved.
    """

    folder: Path
    checks: dict[str, str] = field(default_factory=lambda: dict(CHECKS))
    yaml: str = YAML
    answers: dict[str, str] = field(
        default_factory=lambda: {
            "right-way": "deploy\n",
            "right-other": "deploy\n",
            "wrong-one": "# expects: failed=pods points=37\ndeploy one pod\n",
        }
    )
    sandboxes: SimulatedSandboxes = field(
        default_factory=lambda: SimulatedSandboxes(healthy(), COMMANDS)
    )
    groups: frozenset[Group] = field(default_factory=lambda: frozenset(Group))
    refused: str = ""
    quick: bool = False
    seed: int = 0
    told: list[Claim] = field(default_factory=list)

    def proof(self, *, jobs: int = 1) -> Proof:
        """Write the scenario and prove it."""
        scenarios = self.folder / "scenarios"
        written = ScenarioFolder.make(scenarios / "small")
        for old in (written.path / "answers").iterdir():
            old.unlink()
        written.write("scenario.yaml", self.yaml)
        written.write("statement.fr.md", "- deux pods\n")
        written.write("statement.en.md", "Do it:\n\n- two **pods**\n- one `Service`\n")
        written.write("test_small.py", HEAD + "".join(self.checks.values()))
        for name, script in self.answers.items():
            written.write(f"answers/{name}.sh", f"#!/usr/bin/env bash\n{script}")
        load = partial(_load, scenarios)
        cache = ProofCache(self.folder / "cache", "simulated")
        examiner = Examiner(self.folder / "evidence", lambda _round: None, HandClock)
        trials = ScenarioTrials(
            load, self.sandboxes, examiner, cache, self.groups, self.refused, self.quick, self.seed
        )
        return prove(
            [trials],
            self.sandboxes,
            provider="simulated",
            jobs=jobs,
            on_claim=lambda _scenario, claim: self.told.append(claim),
        )

    def one(self) -> ScenarioProof:
        """Write the scenario and prove it; its own proof."""
        return self.proof().scenarios[0]


def healthy() -> World:
    """The studio without geolocation, and with two other services only: copies are quick."""
    return studio_world(*SERVICES)


def problems(proof: ScenarioProof) -> list[str]:
    """What does not hold: "group name: reasons"."""
    return [
        f"{claim.group.value} {claim.name}: {'; '.join(claim.reasons)}"
        for claim in proof.claims
        if claim.verdict is not Verdict.PASSED
    ]


def _load(scenarios: Path, seed: int) -> Scenario:
    return load_scenario(scenarios, "small", seed=seed, studio=STUDIO)
