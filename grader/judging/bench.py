"""Times judging: live on a cluster beside kubectl, and from recorded evidence beside a pytest for each file."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.observing.stage import set_stage
from grader.judging.recorded.evidence import Evidence, read_evidence, write_evidence
from grader.judging.recorded.rejudge_many import rejudge_many
from grader.judging.submit import submit
from grader.model.errors import Code, GraderError
from grader.model.measured import Measured, median, medians
from grader.model.observation import StartingPoint
from grader.model.phase import PhaseLog
from grader.model.rejudgement import Rejudgement
from grader.model.scenario import Scenario
from grader.model.submission import Submission
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.bench_kubectl import KubectlChecks
from grader.sandbox.bench_pytest import pytest_on_evidence
from grader.sandbox.protocol import Provider, Sandbox, SandboxRequest
from grader.sandbox.settings import data_folder, settings

SCENARIO = "fifteen-services"
JUDGE_LIMIT_S = 0.6
REGRADE_LIMIT_S = 60.0
"""For a thousand submissions on two processors."""

_SAMPLE = 8
"""Files that the plain way is timed on; it takes a second or two for each."""


def bench_judge(provider: Provider, log: PhaseLog, *, runs: int = 10) -> Measured:
    """Time a submission of ready work, 25 checks on the fifteen services, beside the same with kubectl.

    Both take turns. Ours is from the call to the verdict with its evidence written; theirs asks less.

    Raises:
        GraderError: as starting a sandbox raises; judging-failed, where ready work does not get all points.
    """
    with _sandbox(provider, log) as bench:
        plain = KubectlChecks(bench.folder / "kubeconfig", _images(bench.scenario))
        bench.submitted()
        ours: list[Submission] = []
        theirs: list[float] = []
        with log.phase("measuring") as note:
            for number in range(1, runs + 1):
                note(f": {number} of {runs}")
                ours.append(bench.submitted())
                theirs.append(plain.run()[0])
    ratios = [one.seconds / other for one, other in zip(ours, theirs, strict=True)]
    return Measured(
        name="judge",
        ours_s=median([one.seconds for one in ours]),
        theirs_s=median(theirs),
        ratio=median(ratios),
        phases={
            "ours": medians([one.phases for one in ours]),
            "theirs": {"kubectl": median(theirs)},
        },
        compared_with="the same 25 checks as a script that calls kubectl for each thing to know",
        runs=runs,
        limit_s=JUDGE_LIMIT_S,
    )


def bench_regrade(
    provider: Provider, log: PhaseLog, *, count: int = 1000, workers: int | None = None
) -> Measured:
    """Time judging recorded submissions of 25 checks again, beside a process of pytest for each.

    The evidence is one real submission, recorded on a cluster once and kept in the cache, written `count` times
    with another moment in it. Theirs is timed on a few files and counted up.

    Raises:
        GraderError: as starting a sandbox raises; judging-failed, where a file is not judged as it was.
    """
    recorded = _recorded(provider, log)
    with bench_folder() as folder:
        with log.phase("writing the evidence"):
            paths = [
                write_evidence(folder, _at(recorded, number)) for number in range(1, count + 1)
            ]
        scenarios = _scenarios()
        with log.phase("judging again") as note:
            began = time.monotonic()
            for number, one in enumerate(
                rejudge_many([(path, scenarios) for path in paths], workers=workers), start=1
            ):
                note(f": {number} of {count}")
                _require_same(one)
            ours = time.monotonic() - began
        with log.phase("a process of pytest for each"):
            sample = paths[:_SAMPLE]
            each = [pytest_on_evidence(scenarios / SCENARIO, path) for path in sample]
            theirs = median(each) * count
    return Measured(
        name="regrade",
        ours_s=round(ours, 3),
        theirs_s=round(theirs, 3),
        ratio=round(ours / theirs, 3),
        phases={
            "ours": {"each": round(ours / count, 4)},
            "theirs": {"each": median(each)},
        },
        compared_with=f"a process of pytest for each file, timed on {len(sample)} and counted up",
        runs=count,
        limit_s=REGRADE_LIMIT_S * count / 1000,
    )


@dataclass(frozen=True)
class _Bench:
    """A sandbox to be judged again and again."""

    sandbox: Sandbox
    scenario: Scenario
    start: StartingPoint
    folder: Path

    def submitted(self) -> Submission:
        """Judge it once, with evidence."""
        submission = submit(self.sandbox, self.scenario, self.start, folder=self.folder / "results")
        if submission.score.earned != submission.score.possible:
            unwell = [r.id for r in submission.results if r.verdict.value != "passed"]
            what = f"ready work does not get all points: {', '.join(unwell) or submission.trouble}"
            raise GraderError(Code.JUDGING_FAILED, what, where=SCENARIO)
        return submission


@contextmanager
def _sandbox(provider: Provider, log: PhaseLog) -> Iterator[_Bench]:
    scenario = load_scenario(_scenarios(), SCENARIO)
    attempt = f"bench{secrets.token_hex(2)}"
    with bench_folder() as folder:
        try:
            with log.phase("sandbox"):
                request = SandboxRequest(attempt, folder, scenario.services)
                sandbox = provider.start(request, PhaseLog())
                start = set_stage(sandbox, scenario, PhaseLog())
            yield _Bench(sandbox, scenario, start, folder)
        finally:
            provider.stop(attempt, folder, PhaseLog())


def _recorded(provider: Provider, log: PhaseLog) -> Evidence:
    """A real submission from the cache, else one made now."""
    kept = settings().cache / "bench"
    for path in sorted(kept.glob("*.json.gz")):
        try:
            return read_evidence(path)
        except GraderError:
            # Of another form of evidence, or broken; there will be a new one.
            path.unlink()
    with _sandbox(provider, log) as bench:
        evidence = bench.submitted().evidence
        if evidence is None:  # pragma: no cover - submit writes it or raises
            raise GraderError(Code.JUDGING_FAILED, "nothing was recorded")
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(evidence, kept / evidence.name)
        return read_evidence(evidence)


def _at(evidence: Evidence, number: int) -> Evidence:
    """The same as if it had been taken at another moment: another file, with another name."""
    moment = f"2026-01-01T00:{number // 60000:02d}:{number // 1000 % 60:02d}.{number % 1000:03d}Z"
    return replace(evidence, observation=replace(evidence.observation, taken_at=moment))


def _require_same(one: Rejudgement | GraderError) -> None:
    if isinstance(one, GraderError):
        raise one
    if one.points[0] != one.points[1]:
        changes = ", ".join(change.id for change in one.changes)
        what = f"evidence is judged otherwise than live: {changes}"
        raise GraderError(Code.JUDGING_FAILED, what, where=str(one.path))


def _images(scenario: Scenario) -> dict[str, str]:
    return {name: service.image for name, service in scenario.studio.services.items()}


def _scenarios() -> Path:
    return data_folder("fixtures") / "bench"
