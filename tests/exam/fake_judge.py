"""A judge without a cluster: a text stands for the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.judging.observing.same_look import otherwise, otherwise_healthy
from grader.model.errors import Code, GraderError
from grader.model.observation import Observation, StartingPoint
from grader.model.rejudgement import Judged, Rejudgement
from grader.model.scenario import Answer, Expectation, Scenario
from grader.model.studio import Studio
from grader.model.submission import Round, Submission
from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, Finding, Verdict
from tests.exam.fake_provider import WORK

if TYPE_CHECKING:
    from grader.exam.judge import OnRound
    from grader.model.phase import PhaseLog
    from grader.sandbox.protocol import Sandbox

TABLE = """
| What | Where |
|---|---|
| Valeurs de production du service | `/home/ubuntu/pivori-studio/helm/geolocation/values-production.yaml` |
"""


@dataclass
class FakeJudge:
    """One scenario with two checks; the work is right when the workstation's file says so.

    Args:
        known: The ids of the scenarios, which differ in nothing else.
        error: Whether judging ends in an error of ours.
        judged: How often `submit` judged.
        again: What evidence says of the work when it is judged again.
    """

    error: bool = False
    known: tuple[str, ...] = ("deploy-service",)
    judged: int = 0
    minutes: int = 15
    again: Verdict = Verdict.PASSED

    def find(self, folder: Path) -> Sequence[str]:
        """The one scenario, or those there are."""
        del folder
        return list(self.known)

    def load(self, folder: Path, scenario_id: str, seed: int) -> Scenario:
        """The one scenario."""
        if scenario_id not in self.known:
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
