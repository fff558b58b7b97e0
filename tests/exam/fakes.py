"""A provider and a judge without a cluster: files stand for containers, and a text for the work.

The provider keeps what it "started" in `<world>/<attempt>`, outside the attempt's folder, so that leftovers are real
leftovers: another process, or a later one, finds them as it would find containers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from grader.exam.surroundings import Surroundings
from grader.judging.same_look import otherwise, otherwise_healthy
from grader.model.audit import AuditExtract
from grader.model.errors import Code, GraderError
from grader.model.observation import DiskUsage, Observation, StartingPoint, WorkstationFile
from grader.model.rejudgement import Judged, Rejudgement
from grader.model.scenario import Answer, Expectation, Scenario
from grader.model.studio import WORKSTATION_PATHS, Studio
from grader.model.submission import Round, Submission
from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, Finding, Verdict
from grader.sandbox.protocol import Choice, Completed, ResourceList, SandboxRequest

if TYPE_CHECKING:
    from grader.exam.judge import OnRound
    from grader.model.phase import PhaseLog
    from grader.sandbox.protocol import ClusterReader, Sandbox, Workstation

TABLE = """
| What | Where |
|---|---|
| Valeurs de production du service | `/home/ubuntu/pivori-studio/helm/geolocation/values-production.yaml` |
"""

WORK = "deployed"
"""What the workstation's file must hold for full points."""


@dataclass
class FakeWorkstation:
    """Runs nothing: a script with "deploy" in it does the work."""

    folder: Path

    @property
    def paths(self) -> Mapping[str, str]:
        """The guide's own."""
        return WORKSTATION_PATHS

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Do the work that the script stands for."""
        del environment, timeout_s
        typed = script.partition("set -v\n")[2]
        if "deploy" in typed:
            (self.folder / "work").write_text(WORK)
        return Completed(0, "".join(f"{line}\nok\n" for line in typed.splitlines()), "")

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """The file `work`, whatever is asked for."""
        del path
        file = self.folder / "work"
        return file.read_bytes()[:limit] if file.exists() else None

    def files(
        self, pattern: str, *, limit: int, most: int, content: bool = True
    ) -> Sequence[WorkstationFile]:
        """There are none."""
        del pattern, limit, most, content
        return ()

    def disk(self, path: str) -> DiskUsage | None:
        """There is none."""

    def write(self, path: str, content: bytes) -> None:
        """Write the file `work`."""
        del path
        (self.folder / "work").write_bytes(content)

    def shell(self) -> int:
        """Leave at once, as after `exit 7`."""
        return 7


@dataclass
class FakeSandbox:
    """A folder that stands for containers."""

    folder: Path

    @property
    def cluster(self) -> ClusterReader:
        """There is none."""
        raise NotImplementedError

    @property
    def workstation(self) -> Workstation:
        """The candidate's place."""
        return FakeWorkstation(self.folder)

    def apply(self, manifests: str) -> None:
        """There is no cluster to apply anything to."""
        raise NotImplementedError

    def audit(self, since: str) -> AuditExtract:
        """Nothing was changed."""
        del since
        return AuditExtract()

    def runs_on(self) -> Mapping[str, str]:
        """What it says for the report."""
        return {"engine": "fake 1.0", "kubernetes": "v0"}


@dataclass
class FakeProvider:
    """Brings up folders.

    Args:
        world: Where they are.
        stop_at: The phases in which it waits at the gate (writing their names to `<world>/reached`), as "a,b".
        fail_at: The phase in which `start` raises, or "".
        stuck: Whether `stop` leaves things behind.
    """

    world: Path
    stop_at: str = ""
    fail_at: str = ""
    stuck: bool = False
    name: str = "fake"
    offers: frozenset[str] = frozenset({"workloads", "logs", "port-forward", "helm"})
    stopped: list[str] = field(default_factory=list)

    PHASES = ("network", "cluster", "services")

    def start(self, request: SandboxRequest, log: PhaseLog) -> Sandbox:
        """Make one "container" a phase."""
        place = self.world / request.attempt
        for phase in self.PHASES:
            with log.phase(phase):
                place.mkdir(parents=True, exist_ok=True)
                (place / f"container-{phase}").touch()
                if phase == self.fail_at:
                    raise GraderError(Code.SANDBOX_BROKEN, "the fake broke", hint="mend it")
                self.wait_at(phase)
        return FakeSandbox(place)

    def open(self, attempt: str, folder: Path) -> Sandbox:
        """The folder, if it is there."""
        del folder
        if not (self.world / attempt).is_dir():
            raise GraderError(Code.SANDBOX_GONE, "the sandbox is gone", where=attempt)
        return FakeSandbox(self.world / attempt)

    def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
        """Remove the folder."""
        del folder
        with log.phase("stop"):
            self.wait_at("stop")
            self.stopped.append(attempt)
            if not self.stuck:
                rmtree(self.world / attempt, ignore_errors=True)

    def remains(self, attempt: str, folder: Path) -> ResourceList:
        """The files that stand for containers; one called "down-…" says that its container does not run."""
        del folder
        place = self.world / attempt
        there = sorted(place.glob("container-*")) if place.is_dir() else []
        down = sorted(place.glob("down-*")) if place.is_dir() else []
        return ResourceList(
            tuple(f"container {attempt}-{path.name[10:]}" for path in there),
            tuple(f"container {attempt}-{path.name[5:]}" for path in down),
        )

    def wait_at(self, phase: str) -> None:
        """Wait in this phase until somebody writes to the fifo, if this is where to wait."""
        if phase in self.stop_at.split(","):
            gate = self.world / "gate"
            (self.world / "reached.new").write_text(phase)
            (self.world / "reached.new").replace(self.world / "reached")
            # Opening a fifo to read waits until somebody opens it to write.
            with gate.open("rb"):
                pass


@dataclass
class ResettingProvider(FakeProvider):
    """One that can reset, and notes which sandboxes it did; it breaks in the phase "reset" if told to."""

    resets: list[str] = field(default_factory=list)

    def reset(self, request: SandboxRequest, log: PhaseLog) -> Sandbox:
        """Find it again, without the work."""
        with log.phase("reset"):
            sandbox = self.open(request.attempt, request.folder)
            self.wait_at("reset")
            if self.fail_at == "reset":
                raise GraderError(Code.SANDBOX_BROKEN, "the fake broke", hint="mend it")
            self.resets.append(request.attempt)
            (self.world / request.attempt / "work").unlink(missing_ok=True)
        return sandbox


@dataclass
class FakeJudge:
    """One scenario with two checks; the work is right when the workstation's file says so.

    Args:
        error: Whether judging ends in an error of ours.
        judged: How often `submit` judged.
        again: What evidence says of the work when it is judged again.
    """

    error: bool = False
    judged: int = 0
    minutes: int = 15
    again: Verdict = Verdict.PASSED

    def find(self, folder: Path) -> Sequence[str]:
        """The one scenario."""
        del folder
        return ["deploy-service"]

    def load(self, folder: Path, scenario_id: str, seed: int) -> Scenario:
        """The one scenario."""
        if scenario_id != "deploy-service":
            raise GraderError(
                Code.SCENARIO_UNKNOWN,
                f"there is no scenario {scenario_id!r}",
                hint="grader scenarios",
            )
        answer = folder / "right-one.sh"
        return Scenario(
            id=scenario_id,
            folder=folder,
            title=Bilingual("Déployer le service", "Deploy the service"),
            guide="Module 2",
            minutes=self.minutes,
            settle_s=30,
            pass_percent=80,
            needs=(),
            services=("routing",),
            may_change=(),
            studio=Studio({}),
            seed=seed,
            answers=(Answer("right-one", answer, right=True, expects=Expectation()),),
        )

    def statement(
        self, scenario: Scenario, language: Language, paths: Mapping[str, str] | None = None
    ) -> str:
        """A heading and a line."""
        del paths
        ask = "Déployez." if language is Language.FRENCH else "Deploy it."
        return f"# {scenario.title.in_(language)}\n\n{ask} `helm upgrade --install`\n{TABLE}"

    def set_stage(self, sandbox: Sandbox, scenario: Scenario, log: PhaseLog) -> StartingPoint:
        """Observe nothing, and break nothing."""
        del sandbox, scenario
        with log.phase("baseline"):
            return StartingPoint.of(Observation(taken_at="2026-01-01T00:00:00Z", objects={}))

    def otherwise(self, old: StartingPoint, new: StartingPoint) -> Sequence[str]:
        """As the product does."""
        return otherwise(old, new)

    def otherwise_healthy(self, old: Observation, new: Observation) -> Sequence[str]:
        """As the product does."""
        return otherwise_healthy(old, new)

    def script(self, scenario: Scenario, answer: Answer, paths: Mapping[str, str]) -> str:
        """The answer as it is stored."""
        del scenario, paths
        return answer.path.read_text()

    def submit(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        start: StartingPoint,
        *,
        folder: Path,
        language: Language,
        on_round: OnRound | None = None,
    ) -> Submission:
        """Judge, and leave evidence."""
        self.judged += 1
        evidence = folder / ("0f" * 32 + ".json.gz")
        evidence.write_bytes(b"evidence")
        submission = self._submission(sandbox, scenario, language, evidence)
        if on_round:
            on_round(Round(1, 0.1, submission.results))
        assert start.before.taken_at
        return submission

    def practice(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        start: StartingPoint,
        *,
        language: Language,
        on_round: OnRound | None = None,
    ) -> Submission:
        """Judge, and leave nothing."""
        del on_round
        assert start.before.taken_at
        return self._submission(sandbox, scenario, language, None)

    def rejudge(
        self, tasks: Sequence[tuple[Path, Path]], *, workers: int | None = None
    ) -> Iterator[Rejudgement | GraderError]:
        """What `again` says, of every file that `submit` could have written."""
        del workers
        for path, _scenarios in tasks:
            if path.exists() and path.read_bytes() == b"evidence":
                then = Judged(_checks(Verdict.FAILED), 80)
                now = Judged(_checks(self.again), 80)
                title = Bilingual("Déployer le service", "Deploy the service")
                yield Rejudgement(path, "deploy-service", title, 0, then, now)
            else:
                yield GraderError(Code.USAGE, "this is no evidence", where=str(path))

    def _submission(
        self, sandbox: Sandbox, scenario: Scenario, language: Language, evidence: Path | None
    ) -> Submission:
        right = (sandbox.workstation.read("work") or b"").decode() == WORK
        verdict = Verdict.PASSED if right else Verdict.FAILED
        checks = _checks(Verdict.ERROR if self.error else verdict)
        return Submission(
            scenario=scenario.id,
            seed=scenario.seed,
            language=language,
            taken_at="2026-01-01T00:10:00Z",
            results=checks,
            pass_percent=scenario.pass_percent,
            rounds=1,
            seconds=0.1,
            phases={"observe": 0.1, "judge": 0.05},
            evidence=evidence,
        )


def _checks(verdict: Verdict) -> tuple[CheckResult, ...]:
    finding = Finding(
        Bilingual("2 pods prêts", "2 pods ready"),
        Bilingual("aucun pod", "no pod"),
        "Deployment pivori-production/geolocation",
        Bilingual("personne ne répond", "nobody answers"),
    )
    return (
        CheckResult(
            "pods-ready",
            Bilingual("Les pods sont prêts", "The pods are ready"),
            8,
            guard=False,
            verdict=verdict,
            finding=finding if verdict is Verdict.FAILED else None,
            fault="TimeoutError: no answer" if verdict is Verdict.ERROR else "",
        ),
        CheckResult(
            "others-untouched",
            Bilingual("Les autres sont intacts", "The others are untouched"),
            2,
            guard=True,
            verdict=Verdict.PASSED,
        ),
    )


def fake_surroundings(
    folder: Path,
    provider: FakeProvider | None = None,
    judge: FakeJudge | None = None,
    say: Callable[[str], None] = lambda _message: None,
) -> Surroundings:
    """Surroundings whose files, database, "containers" and scenario lie in a folder."""
    scenarios = folder / "scenarios"
    scenarios.mkdir(parents=True, exist_ok=True)
    (scenarios / "right-one.sh").write_text("#!/bin/bash\n# The way of the guide.\ndeploy it\nls\n")
    world = folder / "world"
    world.mkdir(exist_ok=True)
    # Two commands may begin at the same moment.
    with suppress(FileExistsError):
        os.mkfifo(world / "gate")
    made = provider or FakeProvider(world)

    def provider_named(name: str | None) -> FakeProvider:
        if name not in {None, "fake"}:
            raise GraderError(Code.USAGE, f"unknown provider: {name}", hint="use fake")
        return made

    def choose(wanted: str | None) -> Choice:
        return Choice(wanted or "fake", "asked for" if wanted else "the fake is at hand", "")

    return Surroundings(
        home=folder / "home",
        scenarios=scenarios,
        choose=choose,
        provider_named=provider_named,
        judge=judge or FakeJudge(),
        who="tester",
        say=say,
    )
