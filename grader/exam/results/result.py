"""What a judging came to, as the data that is stored, printed and reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.model.audit import AuditExtract, extract_from_json, extract_to_json
from grader.model.score import earned_by_parts, earned_points, score
from grader.model.text import Bilingual, Language, text_to_json
from grader.model.verdict import CheckResult, Finding, PartResult, Verdict

SCHEMA = 1
"""Raised when a reader of an older result document would misread a newer one."""


@dataclass(frozen=True)
class Earlier:
    """What an earlier judging of the same evidence came to; it counts no more.

    Attributes:
        judged_at: When it was judged, RFC 3339 in UTC.
        verdict: Of the whole.
        points: Points earned.
        max_points: Points for full marks.
        grader: The version that judged.
    """

    judged_at: str
    verdict: Verdict
    points: int
    max_points: int
    grader: str


@dataclass(frozen=True)
class Result:
    """What a judging came to, with all that a report says of it.

    Attributes:
        attempt: The attempt's id.
        scenario: The scenario's id.
        title: Its title.
        minutes: How many minutes the scenario is meant to take.
        pass_percent: The pass mark.
        candidate: The candidate's name, or "" for practice.
        language: What the candidate reads.
        seed: What the scenario's parameters were drawn from.
        started_at: When the candidate could begin, RFC 3339 in UTC.
        submitted_at: When the work was handed in.
        provider: What ran the sandbox, "kind".
        verdict: Of the whole.
        checks: Every check, in the scenario's order.
        runs_on: Engine, versions and images of the sandbox, by what they are.
        phases: Seconds that the judging spent, by on what.
        evidence_path: Where the recorded observation lies; "" where nothing could be recorded.
        evidence_digest: Its "sha256:…", or "".
        trouble: What went wrong on our side, where nothing could be judged.
        goes: Who has to act on what did not pass: "candidate", "retry" or "person"; "" where all passed.
        grader: The version that judged.
        regraded_at: When the evidence was judged again by corrected checks; "" where it never was.
        earlier: What the judgings before that came to, the oldest first.
        audit: Who changed what while the candidate worked; None where there is no such record.
    """

    attempt: str
    scenario: str
    title: Bilingual
    minutes: int
    pass_percent: int
    candidate: str
    language: Language
    seed: int
    started_at: str
    submitted_at: str
    provider: str
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    runs_on: Mapping[str, Bilingual] = field(default_factory=dict)
    phases: Mapping[str, float] = field(default_factory=dict)
    evidence_path: str = ""
    evidence_digest: str = ""
    trouble: str = ""
    goes: str = ""
    grader: str = ""
    regraded_at: str = ""
    earlier: tuple[Earlier, ...] = ()
    audit: AuditExtract | None = None

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached and nothing went wrong on our side."""
        return self.verdict is Verdict.PASSED

    @property
    def points(self) -> int:
        """Points earned."""
        return score(self.checks).earned

    @property
    def max_points(self) -> int:
        """Points for full marks."""
        return score(self.checks).possible

    @property
    def earned(self) -> Mapping[str, int]:
        """Points that each check earned, by its id."""
        return earned_points(self.checks)


def to_json(result: Result) -> dict[str, Any]:
    """A result as JSON data."""
    earned = result.earned
    return {
        "schema": SCHEMA,
        "attempt": result.attempt,
        "scenario": result.scenario,
        "title": text_to_json(result.title),
        "minutes": result.minutes,
        "pass_percent": result.pass_percent,
        "candidate": result.candidate,
        "language": result.language.value,
        "seed": result.seed,
        "started_at": result.started_at,
        "submitted_at": result.submitted_at,
        "provider": result.provider,
        "runs_on": {name: text.en for name, text in result.runs_on.items()},
        # For the reports that are made of a stored result; programs read the English.
        "runs_on_fr": {name: text.fr for name, text in result.runs_on.items()},
        "verdict": result.verdict.value,
        "passed": result.passed,
        "points": result.points,
        "max_points": result.max_points,
        "checks": [_check_json(check, earned[check.id]) for check in result.checks],
        "phases": {name: round(seconds, 3) for name, seconds in result.phases.items()},
        "evidence": {"path": result.evidence_path, "digest": result.evidence_digest},
        "trouble": result.trouble,
        "goes": result.goes,
        "grader": result.grader,
        "regraded_at": result.regraded_at or None,
        "earlier": [_earlier_json(earlier) for earlier in result.earlier],
        "audit": None if result.audit is None else extract_to_json(result.audit),
    }


def from_json(document: Mapping[str, Any]) -> Result:
    """The result that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    if document["schema"] != SCHEMA:
        raise ValueError(f"a result document of schema {document['schema']}, not {SCHEMA}")
    return Result(
        attempt=document["attempt"],
        scenario=document["scenario"],
        title=Bilingual(**document["title"]),
        minutes=document["minutes"],
        pass_percent=document["pass_percent"],
        candidate=document["candidate"],
        language=Language(document["language"]),
        seed=document["seed"],
        started_at=document["started_at"],
        submitted_at=document["submitted_at"],
        provider=document["provider"],
        runs_on={
            name: Bilingual(document.get("runs_on_fr", {}).get(name, text), text)
            for name, text in document["runs_on"].items()
        },
        verdict=Verdict(document["verdict"]),
        checks=tuple(_check(entry) for entry in document["checks"]),
        phases=document["phases"],
        evidence_path=document["evidence"]["path"],
        evidence_digest=document["evidence"]["digest"],
        trouble=document["trouble"],
        goes=document.get("goes", ""),
        grader=document["grader"],
        # Documents from before there was regrading have neither.
        regraded_at=document.get("regraded_at") or "",
        earlier=tuple(
            Earlier(**{**entry, "verdict": Verdict(entry["verdict"])})
            for entry in document.get("earlier", ())
        ),
        audit=extract_from_json(document["audit"]) if document.get("audit") else None,
    )


def check_json(check: CheckResult) -> dict[str, Any]:
    """One check's outcome as JSON data, without the points that it earned among the others."""
    return {
        "id": check.id,
        "title": text_to_json(check.title),
        "kind": "guard" if check.guard else "objective",
        "outcome": check.verdict.value,
        "points": check.points,
        "finding": _finding_json(check.finding),
        "fault": check.fault,
        "cause": check.cause,
        "unchanged_since": check.unchanged_since,
        "parts": [_part_json(part) for part in check.parts],
    }


def _part_json(part: PartResult) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": text_to_json(part.title),
        "outcome": part.verdict.value,
        "points": part.points,
        "finding": _finding_json(part.finding),
        "fault": part.fault,
    }


def _finding_json(finding: Finding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    return {
        "expected": text_to_json(finding.expected),
        "seen": text_to_json(finding.seen),
        "where": finding.where,
        "why": text_to_json(finding.why),
        "since": finding.since,
        "by": finding.by,
    }


def _check_json(check: CheckResult, earned: int) -> dict[str, Any]:
    document = check_json(check) | {"earned": earned}
    by_part = earned_by_parts(check, earned)
    document["parts"] = [part | {"earned": by_part[part["id"]]} for part in document["parts"]]
    return document


def _check(entry: Mapping[str, Any]) -> CheckResult:
    return CheckResult(
        id=entry["id"],
        title=Bilingual(**entry["title"]),
        points=entry["points"],
        guard=entry["kind"] == "guard",
        verdict=Verdict(entry["outcome"]),
        finding=_finding(entry["finding"]),
        fault=entry["fault"],
        parts=tuple(_part(part) for part in entry.get("parts", ())),
        cause=entry.get("cause", ""),
        unchanged_since=entry.get("unchanged_since", ""),
    )


def _part(entry: Mapping[str, Any]) -> PartResult:
    return PartResult(
        id=entry["id"],
        title=Bilingual(**entry["title"]),
        points=entry["points"],
        verdict=Verdict(entry["outcome"]),
        finding=_finding(entry["finding"]),
        fault=entry["fault"],
    )


def _finding(entry: Mapping[str, Any] | None) -> Finding | None:
    if entry is None:
        return None
    return Finding(
        expected=Bilingual(**entry["expected"]),
        seen=Bilingual(**entry["seen"]),
        where=entry["where"],
        why=Bilingual(**entry["why"]),
        since=entry.get("since", ""),
        by=entry.get("by", ""),
    )


def _earlier_json(earlier: Earlier) -> dict[str, Any]:
    return {
        "judged_at": earlier.judged_at,
        "verdict": earlier.verdict.value,
        "points": earlier.points,
        "max_points": earlier.max_points,
        "grader": earlier.grader,
    }
