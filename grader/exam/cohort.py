"""What of each exam's result goes into the page about many of them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.model.certification import Outcome
from grader.model.cohort import Taken
from grader.model.json_text import read_json, write_json
from grader.store.certifications import CertificationStore

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings


def cohort(around: Surroundings) -> Sequence[Taken]:
    """Every exam's result that counts."""
    texts = CertificationStore(around.database).statistics(_of_signed)
    return [_taken(read_json(text.encode("utf-8"))) for text in texts]


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


def _of_signed(signed: str) -> str:
    return statistics(
        read_json(b64decode(read_json(signed.encode("ascii"))["payload"]))["predicate"]
    )


def _taken(told: Mapping[str, Any]) -> Taken:
    return Taken(told["percent"], Outcome(told["outcome"]), told["items"], told["seconds"])


def _number(text: str) -> float:
    return float(Fraction(text))
