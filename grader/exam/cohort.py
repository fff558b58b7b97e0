"""Reads the results of many exams for the page about them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.model.certification import Outcome
from grader.model.cohort import Taken
from grader.model.json_text import read_json
from grader.store.certifications import CertificationStore

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings


def cohort(around: Surroundings) -> Sequence[Taken]:
    """Every exam's result that counts."""
    return [_taken(c.signed) for c in CertificationStore(around.database).latest_of_all()]


def _taken(signed: str) -> Taken:
    stated = read_json(b64decode(read_json(signed.encode("ascii"))["payload"]))["predicate"]
    tasks: Sequence[Mapping[str, Any]] = stated["practical"]["tasks"]
    items = {q["id"]: _number(q["points"]) for q in stated["theory"]["questions"]}
    # An open task says nothing of the candidate.
    items |= {
        t["scenario"]: t["points"] / t["max_points"]
        for t in tasks
        if t["max_points"] and not t["open"]
    }
    seconds = {t["scenario"]: float(t["used_s"]) for t in tasks if t.get("used_s") is not None}
    return Taken(_number(stated["percent"]), Outcome(stated["outcome"]), items, seconds)


def _number(text: str) -> float:
    # Most are whole numbers, and there may be hundreds of thousands of them.
    return float(text) if text.isdecimal() else float(Fraction(text))
