"""The tasks of a whole exam as its page shows them: what was signed, with what was recorded when each was judged."""

# ruff: noqa: RUF001 - the dash of a time that nobody knows

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.exam.results.result import Result
from grader.model.audit import AuditExtract
from grader.model.text import Language
from grader.model.verdict import CheckResult
from grader.report.guard_note import guard_note
from grader.report.parts import PartLine, part_lines
from grader.report.timeline import TimelineLine, timeline, trust_in
from grader.report.wording import moment_text, reasons, seconds_text, word, word_or_name


@dataclass(frozen=True)
class CheckLine:
    """One check.

    Attributes:
        title: What it looks at; its id where only what was signed is left.
        outcome: As signed.
        earned: Points as signed.
        points: What it is worth.
        note: What is said beside a guard.
        since: Since when what it looks at has not changed; "" where nobody knows.
        reasons: Why it did not pass, as `grader.report.wording.reasons` has them.
        parts: Its parts, where it did not pass.
        decisions: What an examiner decided about it, as signed.
    """

    title: str
    outcome: str
    earned: int
    points: int
    note: str
    since: str
    reasons: Sequence[tuple[str, str]]
    parts: Sequence[PartLine]
    decisions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class TaskView:
    """One task.

    Attributes:
        signed: What was signed of it.
        facts: What is known of the work, as pairs of a name and a text.
        checks: Its checks, in the scenario's order.
        audit: What the audit log holds of it; None where nothing.
        timeline: Who changed what, and when each check became true.
        trust: What can be said of that log, and what is missing of it.
    """

    signed: Mapping[str, Any]
    facts: Sequence[tuple[str, str]]
    checks: Sequence[CheckLine]
    audit: AuditExtract | None
    timeline: Sequence[TimelineLine]
    trust: tuple[str, Sequence[str]]


def exam_tasks(
    tasks: Sequence[Mapping[str, Any]], results: Mapping[str, Result], language: Language
) -> Sequence[TaskView]:
    """The tasks in the exam's order.

    Args:
        tasks: What was signed of them.
        results: What the judging of each attempt recorded, by its id. One of other evidence is not used.
        language: What the reader reads.
    """
    views = []
    for task in tasks:
        result = results.get(task["attempt"])
        if result is not None and result.evidence_digest != task["evidence"]:
            result = None
        checks = {check.id: check for check in result.checks} if result else {}
        audit = result.audit if result else None
        views.append(
            TaskView(
                signed=task,
                facts=_facts(task, result, language),
                checks=[
                    _check(entry, checks.get(entry["id"]), task["decisions"], language)
                    for entry in task["checks"]
                ],
                audit=audit,
                timeline=timeline(audit, list(checks.values()), language),
                trust=trust_in(audit, language) if result else ("", ()),
            )
        )
    return views


def _facts(
    task: Mapping[str, Any], result: Result | None, language: Language
) -> Sequence[tuple[str, str]]:
    used = task["used_s"]
    known = [("time_used", "–" if used is None else seconds_text(used, language))]
    if result:
        known += [
            ("began", moment_text(result.started_at)),
            ("submitted", moment_text(result.submitted_at)),
            ("provider", word_or_name("provider", result.provider, language)),
        ]
    return [(word(name, language), text) for name, text in known]


def _check(
    signed: Mapping[str, Any],
    check: CheckResult | None,
    decisions: Sequence[Mapping[str, Any]],
    language: Language,
) -> CheckLine:
    if check is not None and check.verdict.value != signed["outcome"]:
        check = None
    earned = signed["earned"]
    return CheckLine(
        title=(check.title.in_(language) if check else "") or signed["id"],
        outcome=signed["outcome"],
        earned=earned,
        points=signed["points"],
        note=guard_note(check, earned, language) if check else "",
        since=moment_text(check.unchanged_since) if check and check.unchanged_since else "",
        reasons=list(reasons(check, language)) if check else [],
        parts=part_lines(check, earned, language) if check else [],
        decisions=[one for one in decisions if one["check"] == signed["id"]],
    )
