"""Times bringing a sandbox back to its start after a right answer, beside starting a fresh one."""

from __future__ import annotations

import secrets
import time

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.authoring.templates import script
from grader.judging.observing.same_look import otherwise
from grader.judging.observing.stage import set_stage
from grader.judging.typed_answer import type_answer
from grader.model.errors import Code, GraderError
from grader.model.measured import Measured, median, medians
from grader.model.phase import PhaseLog
from grader.model.scenario import Scenario
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.protocol import Provider, Resetting, SandboxRequest
from grader.sandbox.settings import data_folder

SCENARIO = "deploy-service"
RESET_LIMIT_S = 5.0


def bench_reset(provider: Provider, log: PhaseLog, *, runs: int = 3) -> Measured:
    """Time a reset of solved work, and the start of the very sandbox that it is made in.

    Both are until the candidate could begin, with the looks that a start takes.

    Raises:
        GraderError: usage, where the provider can't reset; as starting and resetting raise; judging-failed, where
            the sandbox is not as it was.
    """
    if not isinstance(provider, Resetting):
        raise GraderError(Code.USAGE, f"the provider {provider.name} can't reset a sandbox")
    scenario = load_scenario(data_folder("scenarios"), SCENARIO)
    ours: list[PhaseLog] = []
    theirs: list[PhaseLog] = []
    times: list[tuple[float, float]] = []
    for number in range(1, runs + 1):
        fresh, again = PhaseLog(), PhaseLog()
        with log.phase(f"pair {number}"):
            times.append(_pair(provider, provider, scenario, fresh, again))
        ours.append(again)
        theirs.append(fresh)
    return Measured(
        name="reset",
        ours_s=median([ours_s for ours_s, _ in times]),
        theirs_s=median([theirs_s for _, theirs_s in times]),
        ratio=median([ours_s / theirs_s for ours_s, theirs_s in times]),
        phases={
            "ours": medians([_phases(one) for one in ours]),
            "theirs": medians([_phases(one) for one in theirs]),
        },
        compared_with="a fresh sandbox of the same scenario",
        runs=runs,
        limit_s=RESET_LIMIT_S,
    )


def _pair(
    provider: Provider,
    resetting: Resetting,
    scenario: Scenario,
    fresh: PhaseLog,
    again: PhaseLog,
) -> tuple[float, float]:
    """Start, solve, reset and stop one sandbox; the seconds of reset and start."""
    attempt = f"bench{secrets.token_hex(2)}"
    with bench_folder() as folder:
        request = SandboxRequest(attempt, folder, scenario.services, disk_mib=scenario.disk_mib)
        try:
            began = time.monotonic()
            sandbox = provider.start(request, fresh)
            start = set_stage(sandbox, scenario, fresh)
            started_s = time.monotonic() - began
            place = sandbox.workstation
            type_answer(place, script(scenario, scenario.right_answers[0].path, place.paths))
            began = time.monotonic()
            sandbox = resetting.reset(request, again)
            told = otherwise(start, set_stage(sandbox, scenario, again))
            reset_s = time.monotonic() - began
        finally:
            provider.stop(attempt, folder, PhaseLog())
    if told:
        raise GraderError(
            Code.JUDGING_FAILED, f"the sandbox is not as it was: {', '.join(told)}", where=SCENARIO
        )
    return reset_s, started_s


def _phases(log: PhaseLog) -> dict[str, float]:
    return {phase.name: phase.seconds for phase in log.phases}
