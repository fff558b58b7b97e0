"""Proves scenarios with the product's own sandboxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.interrupts import Interrupts
from grader.exam.proofs.proof_sandboxes import ProofSandboxes
from grader.exam.sessions.start import RESERVE_MIB
from grader.judging.proof.cache import ProofCache
from grader.judging.proof.claims import Claim, Group, Proof
from grader.judging.proof.prove import prove
from grader.judging.proof.scenario_trials import ScenarioTrials
from grader.judging.proof.trial import Examiner

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.scenario import Scenario
    from grader.sandbox.protocol import Provider

# As `--jobs` allows it.
_MOST_JOBS = 16


@dataclass(frozen=True)
class ProofOrder:
    """What is to be proved.

    Attributes:
        scenarios: Ids; none for all there are.
        provider: A provider's name; None to have one chosen.
        groups: Which claims are wanted.
        jobs: How many trials run at a time; None for as many as this machine keeps up with.
        cache: Where results are kept.
        cached: Whether earlier results count.
        quick: Whether a part of the claims is enough, see `ScenarioTrials`.
        seed: Draws the parameters, and the next one those that answers are typed with another time.
    """

    scenarios: Sequence[str]
    provider: str | None
    groups: frozenset[Group]
    jobs: int | None
    cache: Path
    cached: bool = True
    quick: bool = False
    seed: int = 0


def prove_scenarios(
    around: Surroundings, order: ProofOrder, on_claim: Callable[[str, Claim], None]
) -> Proof:
    """Make the proof; every sandbox is ended when this returns or raises.

    Raises:
        GraderError: scenario-unknown, scenario-invalid, or what keeps sandboxes from being made.
    """
    ids = tuple(order.scenarios) or tuple(around.judge.find(around.scenarios))
    provider = around.provider_named(order.provider)
    loaders = [partial(around.judge.load, around.scenarios, scenario) for scenario in ids]
    # Every mistake of a scenario is known before anything is started.
    refused = [_refusal(load(order.seed), provider) for load in loaders]
    sandboxes = ProofSandboxes(around.home, provider, around.judge, around.say)
    cache = ProofCache(order.cache, provider.name, reading=order.cached)
    with sandboxes.scratch() as folder, Interrupts(around.say):
        examiner = Examiner(folder, lambda _round: sandboxes.raise_if_cancelled())
        planned = [
            ScenarioTrials(
                load, sandboxes, examiner, cache, order.groups, why, order.quick, order.seed
            )
            for load, why in zip(loaders, refused, strict=True)
        ]
        sandboxes.sweep()
        jobs = order.jobs or _jobs(around, provider)
        return prove(planned, sandboxes, provider=provider.name, jobs=jobs, on_claim=on_claim)


def _jobs(around: Surroundings, provider: Provider) -> int:
    """How many trials this machine keeps up with."""
    by_processors = int(around.processors * provider.trials_per_processor)
    by_memory = (around.free_mib() - RESERVE_MIB) // provider.ample_mib
    return max(min(by_processors, by_memory, _MOST_JOBS), 1)


def _refusal(scenario: Scenario, provider: Provider) -> str:
    """Why a scenario can't be proved with a provider; "" where it can."""
    missing = sorted(set(scenario.needs) - provider.offers)
    if not missing:
        return ""
    return f"the provider {provider.name} does not offer what it needs: {', '.join(missing)}"
