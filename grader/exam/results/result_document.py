"""The signed result as data: every number exact, every sum there to be added up again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.exam.signing.canonical import canonical
from grader.model.certification import Marks, Outcome, Task, Whole
from grader.model.paper import Paper
from grader.model.score import earned_points
from grader.model.text import text_to_json
from grader.model.verdict import CheckResult

SCHEMA = 1
"""Raised when a reader of an older document would misread a newer one."""


def result_document(
    paper: Paper, tasks: Sequence[Task], marks: Marks, result: Whole
) -> dict[str, Any]:
    """What an exam came to, as JSON data. Percentages are fractions as text, such as "173/2"."""
    score = paper.score
    return {
        "schema": SCHEMA,
        "outcome": result.outcome.value,
        "percent": str(result.total),
        "theory": {
            "paper": paper.id,
            "seed": paper.seed,
            "closed_at": paper.closed_at,
            "used_s": int(paper.stopwatch.used_s),
            "weight_percent": marks.theory_weight,
            "pass_percent": marks.theory_pass,
            "points": str(score.points),
            "max_points": len(paper.questions),
            "percent": str(score.percent),
            "questions": [
                {
                    "id": question.id,
                    "chosen": list(paper.answers.get(question.id, ())),
                    "points": str(points),
                }
                for question, points in zip(paper.questions, score.earned, strict=True)
            ],
        },
        "practical": {
            "weight_percent": marks.practical_weight,
            "pass_percent": marks.practical_pass,
            "percent": str(result.practical),
            "tasks": [_task(task) for task in tasks],
        },
    }


def result_subjects(paper: Paper, tasks: Sequence[Task]) -> dict[str, str]:
    """What a result is stated of: the paper as it was shown, and each task's evidence; SHA-256 by name."""
    shown = {
        "questions": [[q.id, q.text.fr, [o.text.fr for o in q.options]] for q in paper.questions]
    }
    subjects = {f"paper/{paper.id}": hashlib.sha256(canonical(shown)).hexdigest()}
    for task in tasks:
        if task.evidence_digest:
            subjects[f"evidence/{task.attempt}"] = task.evidence_digest.removeprefix("sha256:")
    return subjects


def sums_mistake(document: Mapping[str, Any]) -> str:
    """What does not add up in a result; "" where all does.

    A signature says who wrote a document, not that it is right.
    """
    theory, practical = document["theory"], document["practical"]
    points = sum((Fraction(q["points"]) for q in theory["questions"]), Fraction(0))
    if points != Fraction(theory["points"]) or len(theory["questions"]) != theory["max_points"]:
        return "the theory questions do not add up to the theory points"
    if 100 * points / theory["max_points"] != Fraction(theory["percent"]):
        return "the theory points do not make the theory percentage"
    tasks = practical["tasks"]
    weights = sum(task["weight"] for task in tasks)
    parts = sum(
        (
            Fraction(task["weight"] * 100 * task["points"], task["max_points"])
            for task in tasks
            if task["max_points"]
        ),
        Fraction(0),
    )
    if (parts / weights if weights else Fraction(0)) != Fraction(practical["percent"]):
        return "the tasks do not make the practical percentage"
    total = theory["weight_percent"] * Fraction(theory["percent"]) + practical[
        "weight_percent"
    ] * Fraction(practical["percent"])
    if total / (theory["weight_percent"] + practical["weight_percent"]) != Fraction(
        document["percent"]
    ):
        return "theory and practical do not make the whole"
    if _outcome(theory, practical).value != document["outcome"]:
        return f"the parts do not make the outcome {document['outcome']}"
    return ""


def _outcome(theory: Mapping[str, Any], practical: Mapping[str, Any]) -> Outcome:
    if any(task["open"] for task in practical["tasks"]):
        return Outcome.NEEDS_REVIEW
    reached = all(Fraction(part["percent"]) >= part["pass_percent"] for part in (theory, practical))
    return Outcome.PASSED if reached else Outcome.FAILED


def _task(task: Task) -> dict[str, Any]:
    earned = earned_points(task.decided)
    return {
        "attempt": task.attempt,
        "scenario": task.scenario,
        "title": text_to_json(task.title),
        "weight": task.weight,
        "points": task.score.earned,
        "max_points": task.score.possible,
        "open": task.open,
        **({"skipped": True} if task.skipped else {}),
        "used_s": task.used_s,
        "evidence": task.evidence_digest,
        "grader": task.grader,
        "checks": [_check(check, earned[check.id]) for check in task.checks],
        "decisions": [
            {"check": d.check, "points": d.points, "reason": d.reason, "who": d.who, "at": d.at}
            for d in task.decisions
        ],
    }


def _check(check: CheckResult, earned: int) -> dict[str, Any]:
    return {
        "id": check.id,
        "outcome": check.verdict.value,
        "earned": earned,
        "points": check.points,
        "guard": check.guard,
    }
