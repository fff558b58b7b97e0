"""The judging of the product, imported when it is first needed: it brings pytest and the checks with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.exam.judge import OnRound
    from grader.model.observation import Observation
    from grader.model.scenario import Scenario
    from grader.model.submission import Submission
    from grader.model.text import Language
    from grader.sandbox.protocol import Sandbox

# ruff: noqa: PLC0415 - the whole point of this module


class ProductJudge:
    """`grader.judging` as the `Judge` that attempts ask."""

    def find(self, folder: Path) -> Sequence[str]:
        """See `Judge.find`."""
        from grader.judging.scenario_folder import find_scenarios

        return find_scenarios(folder)

    def load(self, folder: Path, scenario_id: str, seed: int) -> Scenario:
        """See `Judge.load`."""
        from grader.judging.scenario_folder import load_scenario

        return load_scenario(folder, scenario_id, seed=seed)

    def statement(self, scenario: Scenario, language: Language) -> str:
        """See `Judge.statement`."""
        from grader.judging.statement import statement

        return statement(scenario, language)

    def take_baseline(self, sandbox: Sandbox) -> Observation:
        """See `Judge.take_baseline`."""
        from grader.judging.observe import take_baseline

        return take_baseline(sandbox)

    def submit(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        baseline: Observation,
        *,
        folder: Path,
        language: Language,
        on_round: OnRound | None = None,
    ) -> Submission:
        """See `Judge.submit`."""
        from grader.judging.submit import submit

        return submit(
            sandbox, scenario, baseline, folder=folder, language=language, on_round=on_round
        )

    def practice(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        baseline: Observation,
        *,
        language: Language,
        on_round: OnRound | None = None,
    ) -> Submission:
        """See `Judge.practice`."""
        from grader.judging.submit import practice_check

        return practice_check(sandbox, scenario, baseline, language=language, on_round=on_round)
