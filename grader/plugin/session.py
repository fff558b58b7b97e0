"""One run of plain pytest that judges: it looks once, does not wait, and records nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.judging.check_plugin import CheckPlugin, Sight
from grader.judging.collect import DeclaredCheck, declaration_of
from grader.judging.judge import results
from grader.judging.observing.observe import Wants, observe
from grader.judging.recorded.evidence import read_evidence
from grader.judging.recorded.rejudge import scenario_of
from grader.model.errors import GraderError
from grader.model.score import earned_by_parts, earned_points, score
from grader.sandbox.settings import data_folder


class GradedSession(CheckPlugin):
    """Gives checks what they judge, marks them, and prints the points below pytest's own report."""

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        """Mark objectives and guards, so that `-m guard` works; refuse another scenario's checks."""
        for item in items:
            declaration = declaration_of(item)
            if declaration is None:
                continue
            item.add_marker("guard" if declaration.guard else "objective")
            if not item.path.is_relative_to(self.scenario.folder):
                raise pytest.UsageError(
                    f"{item.nodeid} is not a check of {self.scenario.id}, which is being judged; "
                    f"type\n  pytest {self.scenario.folder} ..."
                )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print each check's verdict and points."""
        if self._sight is None:
            return
        judged = results(
            self.declared, self.outcomes.values(), self._sight.observation, self.internal_error
        )
        earned = earned_points(judged)
        terminalreporter.section(f"{self.scenario.id}: points")
        for result in judged:
            points = f"{earned[result.id]:3} of {result.points:3}"
            fault = f"  {result.fault}" if result.fault else ""
            line = f"{result.verdict.value:7} {points}  {result.id}{fault}"
            terminalreporter.write_line(line)
            by_part = earned_by_parts(result, earned[result.id])
            for part in result.parts:
                points = f"{by_part[part.id]:3} of {part.points:3}"
                terminalreporter.write_line(f"  {part.verdict.value:7} {points}  {part.id}")
        total = score(judged)
        terminalreporter.write_line(f"        {total.earned:3} of {total.possible:3}  in all")


def open_session(
    config: pytest.Config, *, attempt: str | None, evidence: str | None
) -> GradedSession:
    """The session that judges a running attempt or recorded evidence.

    Raises:
        pytest.UsageError: There is no such attempt, or the file is no evidence.
    """
    try:
        if attempt:
            return _live(attempt)
        return _recorded(Path(str(evidence)), _scenarios(config))
    except GraderError as error:
        hint = f"\nhint: {error.hint}" if error.hint else ""
        detail = f"\n{error.detail}" if error.detail else ""
        raise pytest.UsageError(f"{error}{detail}{hint}") from error


def _live(attempt: str) -> GradedSession:
    from grader.exam.attempts.opening import open_attempt  # noqa: PLC0415 - a replay needs no database
    from grader.exam.real import real_surroundings  # noqa: PLC0415

    opened = open_attempt(real_surroundings(lambda _text: None), attempt)

    def look(declared: Sequence[DeclaredCheck]) -> Sight:
        wants = Wants.of([check.declaration for check in declared])
        return Sight(observe(opened.sandbox, wants), opened.starting_point)

    return GradedSession(opened.scenario, look)


def _recorded(file: Path, scenarios: Path) -> GradedSession:
    evidence = read_evidence(file)
    sight = Sight(evidence.observation, evidence.start)
    return GradedSession(scenario_of(evidence, scenarios), lambda _declared: sight)


def _scenarios(config: pytest.Config) -> Path:
    """The folder of scenarios that the command line points into, or the product's own."""
    for argument in config.args:
        path = Path(argument.split("::")[0]).resolve()
        for place in (path, *path.parents):
            if (place / "scenario.yaml").is_file():
                return place.parent
    return data_folder("scenarios")
