"""The judging of the product, imported when it is first needed: it brings pytest and the checks with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.exam.judge import OnRound
    from grader.model.errors import GraderError
    from grader.model.observation import Observation, StartingPoint
    from grader.model.phase import PhaseLog
    from grader.model.rejudgement import Rejudgement
    from grader.model.scenario import Answer, Scenario
    from grader.model.submission import Submission
    from grader.model.text import Language
    from grader.sandbox.protocol import Sandbox

# ruff: noqa: PLC0415 - the whole point of this module


class ProductJudge:
    """`grader.judging` as the `Judge` that attempts ask."""

    def find(self, folder: Path) -> Sequence[str]:
        """See `Judge.find`."""
        from grader.judging.authoring.scenario_folder import find_scenarios

        return find_scenarios(folder)

    def load(self, folder: Path, scenario_id: str, seed: int) -> Scenario:
        """See `Judge.load`."""
        from grader.judging.authoring.scenario_folder import load_scenario

        return load_scenario(folder, scenario_id, seed=seed)

    def statement(
        self, scenario: Scenario, language: Language, paths: Mapping[str, str] | None = None
    ) -> str:
        """See `Judge.statement`."""
        from grader.judging.authoring.statement import statement

        return statement(scenario, language, paths)

    def set_stage(self, sandbox: Sandbox, scenario: Scenario, log: PhaseLog) -> StartingPoint:
        """See `Judge.set_stage`."""
        from grader.judging.observing.stage import set_stage

        return set_stage(sandbox, scenario, log)

    def otherwise(self, old: StartingPoint, new: StartingPoint) -> Sequence[str]:
        """See `Judge.otherwise`."""
        from grader.judging.observing.same_look import otherwise

        return otherwise(old, new)

    def otherwise_healthy(self, old: Observation, new: Observation) -> Sequence[str]:
        """See `Judge.otherwise_healthy`."""
        from grader.judging.observing.same_look import otherwise_healthy

        return otherwise_healthy(old, new)

    def script(self, scenario: Scenario, answer: Answer, paths: Mapping[str, str]) -> str:
        """See `Judge.script`."""
        from grader.judging.authoring.templates import script

        return script(scenario, answer.path, paths)

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
        """See `Judge.submit`."""
        from grader.judging.submit import submit

        return submit(sandbox, scenario, start, folder=folder, language=language, on_round=on_round)

    def practice(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        start: StartingPoint,
        *,
        language: Language,
        on_round: OnRound | None = None,
    ) -> Submission:
        """See `Judge.practice`."""
        from grader.judging.submit import practice_check

        return practice_check(sandbox, scenario, start, language=language, on_round=on_round)

    def rejudge(
        self, tasks: Sequence[tuple[Path, Path]], *, workers: int | None = None
    ) -> Iterator[Rejudgement | GraderError]:
        """See `Judge.rejudge`."""
        from grader.judging.recorded.rejudge_many import rejudge_many

        return rejudge_many(tasks, workers=workers)
