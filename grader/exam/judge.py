"""What an attempt asks of judging, and the judging of the product behind it.

`grader.judging` brings pytest and the checks with it, so it is imported when it is first needed: commands that
judge nothing stay fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from grader.model.errors import GraderError
from grader.model.observation import Observation, StartingPoint
from grader.model.phase import PhaseLog
from grader.model.rejudgement import Rejudgement
from grader.model.scenario import Answer, Scenario
from grader.model.submission import Round, Submission
from grader.model.text import Language
from grader.sandbox.protocol import Sandbox

OnRound = Callable[[Round], None]


class Judge(Protocol):
    """Reads scenarios and judges sandboxes."""

    def find(self, folder: Path) -> Sequence[str]:
        """Ids of the scenarios in a folder, sorted."""

    def load(self, folder: Path, scenario_id: str, seed: int) -> Scenario:
        """One scenario with its parameters drawn. Raises GraderError scenario-unknown or -invalid."""

    def statement(
        self, scenario: Scenario, language: Language, paths: Mapping[str, str] | None = None
    ) -> str:
        """What the candidate is to do, as Markdown; `paths` where the workstation's are not the guide's."""

    def set_stage(self, sandbox: Sandbox, scenario: Scenario, log: PhaseLog) -> StartingPoint:
        """Make a healthy sandbox what the candidate is to find. Raises GraderError where that fails."""

    def otherwise(self, old: StartingPoint, new: StartingPoint) -> Sequence[str]:
        """What lasts and differs between two starts of a scenario in one sandbox, in words."""

    def otherwise_healthy(self, old: Observation, new: Observation) -> Sequence[str]:
        """What lasts and differs between two looks at healthy services of one sandbox, in words."""

    def script(self, scenario: Scenario, answer: Answer, paths: Mapping[str, str]) -> str:
        """A stored answer as it is typed at a workstation whose folders lie at `paths`."""

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
        """Judge the work until all checks pass or its time to settle is over; evidence goes into `folder`."""

    def practice(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        start: StartingPoint,
        *,
        language: Language,
        on_round: OnRound | None = None,
    ) -> Submission:
        """Judge the work in the same way, and record nothing."""

    def rejudge(
        self, tasks: Sequence[tuple[Path, Path]], *, workers: int | None = None
    ) -> Iterator[Rejudgement | GraderError]:
        """Judge evidence files again, each by the scenarios of a folder, in the tasks' order."""
