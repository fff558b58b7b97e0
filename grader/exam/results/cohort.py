"""What of each exam's result goes into the page about many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.exam.signing.payload import stated
from grader.model.certification import Outcome
from grader.model.cohort import Taken
from grader.model.json_text import read_json, write_json
from grader.store.certifications import CertificationStore
from grader.store.database import Database


def cohort(database: Database) -> Sequence[Taken]:
    """Every exam's result that counts."""
    return [
        taken_of(text) for text in CertificationStore(database).statistics(statistics_of_signed)
    ]


def taken_of(text: str) -> Taken:
    """What the page counts, from `statistics`."""
    told = read_json(text.encode("utf-8"))
    return Taken(told["percent"], Outcome(told["outcome"]), told["items"], told["seconds"])


def statistics(document: Mapping[str, Any]) -> str:
    """What the page needs of a result's document, a few hundred bytes."""
    tasks: Sequence[Mapping[str, Any]] = document["practical"]["tasks"]
    items = {q["id"]: _number(q["points"]) for q in document["theory"]["questions"]}
    # An open task says nothing of the candidate.
    items |= {
        t["scenario"]: t["points"] / t["max_points"]
        for t in tasks
        if t["max_points"] and not t["open"]
    }
    seconds = {t["scenario"]: float(t["used_s"]) for t in tasks if t.get("used_s") is not None}
    found = {
        "percent": _number(document["percent"]),
        "outcome": document["outcome"],
        "items": items,
        "seconds": seconds,
    }
    return write_json(found).decode("utf-8")


def statistics_of_signed(signed: str) -> str:
    """The same, from the signed document."""
    return statistics(stated(signed))


def _number(text: str) -> float:
    return float(Fraction(text))
