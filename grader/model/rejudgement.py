"""What judging recorded evidence again came to: the old results beside the new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from grader.model.score import Score, earned_points, score, verdict_of
from grader.model.text import Bilingual
from grader.model.verdict import CheckResult, Verdict


class Crossing(StrEnum):
    """What the new results do to the verdict of the whole."""

    NONE = "none"
    UP = "up"
    DOWN = "down"
    ERROR = "error"


@dataclass(frozen=True)
class Judged:
    """The results of one judging and the pass mark that it went by.

    Attributes:
        results: Every check, in the scenario's order.
        pass_percent: The pass mark.
        made_by: Versions and digests: "grader", "grader_digest", "scenario_digest".
        goes: Who has to act on what did not pass, as `Submission.goes` has it.
    """

    results: tuple[CheckResult, ...]
    pass_percent: int
    made_by: Mapping[str, str] = field(default_factory=dict)
    goes: str = ""

    @property
    def verdict(self) -> Verdict:
        """passed, failed or error, of the whole."""
        return verdict_of(self.results, self.pass_percent)

    @property
    def score(self) -> Score:
        """Points earned, lost, undecided and possible."""
        return score(self.results)


@dataclass(frozen=True)
class CheckChange:
    """One check that is not worth what it was.

    Attributes:
        id: The check's id.
        title: Today's title, or the old one where today there is no such check.
        then: The old result; None where there was no such check.
        now: The new result; None where there is no such check any more.
        earned_then: Points that it earned.
        earned_now: Points that it earns.
    """

    id: str
    title: Bilingual
    then: CheckResult | None
    now: CheckResult | None
    earned_then: int
    earned_now: int


@dataclass(frozen=True)
class Rejudgement:
    """The old results of a submission and what today's checks make of the same evidence.

    Attributes:
        path: The evidence that was judged again.
        scenario: The scenario's id.
        title: Today's title of it.
        seed: What its parameters were drawn from.
        then: What the evidence records.
        now: What today's checks make of it.
        seconds: How long judging it took.
    """

    path: Path
    scenario: str
    title: Bilingual
    seed: int
    then: Judged
    now: Judged
    seconds: float = 0.0

    def timed(self, seconds: float) -> Rejudgement:
        """The same, having taken so long."""
        return replace(self, seconds=seconds)

    @property
    def digest(self) -> str:
        """The evidence as "sha256:…", which its name is."""
        return f"sha256:{self.path.name.split('.')[0]}"

    @property
    def points(self) -> tuple[int, int]:
        """Points earned then and now."""
        return self.then.score.earned, self.now.score.earned

    @property
    def changes(self) -> Sequence[CheckChange]:
        """Checks whose points or verdict differ, in today's order, those that are gone last."""
        then = {result.id: result for result in self.then.results}
        now = {result.id: result for result in self.now.results}
        earned_then, earned_now = (
            earned_points(self.then.results),
            earned_points(self.now.results),
        )
        found = [
            CheckChange(
                id=check,
                title=(now.get(check) or then[check]).title,
                then=then.get(check),
                now=now.get(check),
                earned_then=earned_then.get(check, 0),
                earned_now=earned_now.get(check, 0),
            )
            for check in [*now, *(check for check in then if check not in now)]
        ]
        return [change for change in found if _differs(change)]

    @property
    def changed(self) -> bool:
        """Whether any check, or the pass mark's verdict, is another one now."""
        return bool(self.changes) or self.then.verdict is not self.now.verdict

    @property
    def crossing(self) -> Crossing:
        """Whether the pass mark is crossed; ERROR where today's checks can't tell."""
        before, after = self.then.verdict, self.now.verdict
        if before is after:
            return Crossing.NONE
        if after is Verdict.ERROR:
            return Crossing.ERROR
        return Crossing.UP if after is Verdict.PASSED else Crossing.DOWN

    @property
    def same_code(self) -> bool:
        """Whether scenario and grader are, byte for byte, those that judged then."""
        parts = ("grader_digest", "scenario_digest")
        return all(self.then.made_by.get(p) == self.now.made_by.get(p) for p in parts)


def _differs(change: CheckChange) -> bool:
    then, now = change.then, change.now
    if then is None or now is None:
        return True
    return (change.earned_then, then.points, then.verdict) != (
        change.earned_now,
        now.points,
        now.verdict,
    )
