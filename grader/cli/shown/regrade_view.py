"""What regrading would change, for a person and for a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.cli.shown.errors import error_document, rendered
from grader.model.certification import Outcome
from grader.model.decimal_text import decimal_text
from grader.model.rejudgement import Crossing
from grader.model.text import text_to_json
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rich.console import RenderableType
    from rich.text import Text

    from grader.exam.results.exam_regrade import ExamChange
    from grader.exam.results.regrade import Regrade
    from grader.model.certification import Whole
    from grader.model.rejudgement import CheckChange, Judged, Rejudgement
    from grader.model.verdict import CheckResult

_OUTCOME_STYLE = {
    Outcome.PASSED: "bold green",
    Outcome.FAILED: "bold red",
    Outcome.NEEDS_REVIEW: "bold yellow",
}
_CROSSING = {
    Crossing.NONE: ("", ""),
    Crossing.UP: ("now reaches the pass mark", "bold green"),
    Crossing.DOWN: ("no longer reaches the pass mark", "bold red"),
    Crossing.ERROR: ("can't be decided any more", "bold yellow"),
}


def document(done: Sequence[Regrade], stored: Sequence[str]) -> dict[str, Any]:
    """Every file with what counts, what today's checks say, and what became of it; and the sums."""
    return {
        "evidence": [_one(one, stored) for one in done],
        "summary": {name: len(found) for name, found in _groups(done).items()}
        | {"stored": len(stored)},
    }


def preview(done: Sequence[Regrade]) -> RenderableType:
    """The changed files with each changed point, those that can't be judged, and the sums."""
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    parts: list[RenderableType] = []
    for one in done:
        if one.error:
            parts += [Text(_name(one), style="bold"), rendered(one.error), ""]
        elif one.rejudged and one.changed:
            parts += [_heading(one, one.rejudged), _checks(one.rejudged)]
            if one.kept_because:
                parts.append(Text(f"  not to be stored: {one.kept_because}", style="yellow"))
            parts.append("")
    sums = ", ".join(f"{len(found)} {name}" for name, found in _groups(done).items() if found)
    return Group(*parts, Text(sums, style="bold"))


def exams_document(exams: Sequence[ExamChange], signed: Sequence[str]) -> list[dict[str, Any]]:
    """Every exam that changes: what was signed, what follows now, and whether that was signed."""
    return [
        {
            "paper": change.signed.paper,
            "candidate": change.signed.candidate,
            "then": _whole(change.then),
            "now": _whole(change.now),
            "signed": change.signed.paper in signed,
        }
        for change in exams
    ]


def exams_preview(exams: Sequence[ExamChange]) -> RenderableType:
    """The exams that change, those with another outcome in colour."""
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    lines = [Text("exams", style="bold")]
    for change in exams:
        then, now = change.then, change.now
        text = Text(f"{change.signed.candidate}  {change.signed.paper}", style="bold")
        text.append(
            f"  practical {_percent(then.practical)} → {_percent(now.practical)}", "not bold"
        )
        text.append(f"  whole {_percent(then.total)} → {_percent(now.total)}", "not bold")
        style = _OUTCOME_STYLE[now.outcome] if change.crosses else "dim"
        words = (
            f"{then.outcome.value} → {now.outcome.value}"
            if change.crosses
            else "stays " + (now.outcome.value)
        )
        lines.append(text.append(f"  {words}", style))
    lines.append(
        Text(f"{len(exams)} changed, {sum(c.crosses for c in exams)} with another outcome")
    )
    return Group(*lines, "")


def _whole(whole: Whole) -> dict[str, str]:
    return {
        "outcome": whole.outcome.value,
        "percent": str(whole.total),
        "practical_percent": str(whole.practical),
    }


def _percent(value: Fraction) -> str:
    return f"{decimal_text(value)} %"


def _groups(done: Sequence[Regrade]) -> dict[str, list[Regrade]]:
    judged = [(one, one.rejudged) for one in done if one.rejudged]
    return {
        "judged": [one for one, _ in judged],
        "unchanged": [one for one, r in judged if not r.changed],
        "changed": [one for one, r in judged if r.changed],
        "gain": [one for one, r in judged if r.points[1] > r.points[0]],
        "lose": [one for one, r in judged if r.points[1] < r.points[0]],
        "now pass": [one for one, r in judged if r.crossing is Crossing.UP],
        "now fail": [one for one, r in judged if r.crossing is Crossing.DOWN],
        "undecided": [one for one, r in judged if r.now.verdict is Verdict.ERROR],
        "not judged": [one for one in done if one.error],
    }


def _one(one: Regrade, stored: Sequence[str]) -> dict[str, Any]:
    attempt, rejudged = one.file.attempt, one.rejudged
    common = {
        "evidence": str(one.file.path),
        "attempt": attempt and attempt.id,
        "candidate": attempt and attempt.candidate,
        "stored": attempt is not None and attempt.id in stored,
        "kept_because": one.kept_because or None,
        "error": one.error and error_document(one.error),
    }
    if rejudged is None:
        return common
    return common | {
        "digest": rejudged.digest,
        "scenario": rejudged.scenario,
        "seed": rejudged.seed,
        "same_code": rejudged.same_code,
        "then": _judged(rejudged.then),
        "now": _judged(rejudged.now),
        "changed": rejudged.changed,
        "crossing": rejudged.crossing.value,
        "checks": [_change(change) for change in rejudged.changes],
        "seconds": round(rejudged.seconds, 3),
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "points": judged.score.earned,
        "max_points": judged.score.possible,
        "verdict": judged.verdict.value,
        "pass_percent": judged.pass_percent,
    }


def _change(change: CheckChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "title": text_to_json(change.title),
        "then": _side(change.then, change.earned_then),
        "now": _side(change.now, change.earned_now),
    }


def _side(result: CheckResult | None, earned: int) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "outcome": result.verdict.value,
        "earned": earned,
        "points": result.points,
        "fault": result.fault,
    }


def _name(one: Regrade) -> str:
    attempt = one.file.attempt
    return f"{attempt.id}  {attempt.candidate or 'practice'}" if attempt else one.file.path.name


def _heading(one: Regrade, rejudged: Rejudgement) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    then, now = rejudged.then, rejudged.now
    text = Text(_name(one), style="bold")
    text.append(f"  {rejudged.scenario}", style="dim")
    text.append(f"  {then.score.earned} of {then.score.possible} → ")
    text.append(f"{now.score.earned} of {now.score.possible}")
    if then.verdict is not now.verdict:
        text.append(f"  {then.verdict.value} → {now.verdict.value}")
    words, style = _CROSSING[rejudged.crossing]
    if words:
        text.append(f"  {words}", style=style)
    return text


def _checks(rejudged: Rejudgement) -> RenderableType:
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=0)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    for change in rejudged.changes:
        outcome = f"{_outcome(change.then)} → {_outcome(change.now)}"
        why = change.now.fault if change.now else ""
        if change.now and change.now.finding:
            why = change.now.finding.seen.en
        points = f"{_points(change.then, change.earned_then)} → " + _points(
            change.now, change.earned_now
        )
        table.add_row("", Text(change.id), points, outcome, Text(why))
    return table


def _points(result: CheckResult | None, earned: int) -> str:
    return f"{earned} of {result.points}" if result else "–"  # noqa: RUF001 - the dash of no points


def _outcome(result: CheckResult | None) -> str:
    return result.verdict.value if result else "no such check"
