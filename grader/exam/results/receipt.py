"""What is stored of a result, beside the result itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.results.result import to_json
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from grader.exam.results.result import Result
    from grader.store.submissions import Receipt


def receipt_of(result: Result, made_at: str) -> Receipt:
    """The receipt of a result that was judged at a moment (RFC 3339, UTC); an error of ours does not count."""
    from grader.store.submissions import Receipt  # noqa: PLC0415 - SQLAlchemy is slow to import

    return Receipt(
        attempt=result.attempt,
        made_at=made_at,
        final=result.verdict is not Verdict.ERROR,
        verdict=result.verdict.value,
        points=result.points,
        max_points=result.max_points,
        evidence_path=result.evidence_path,
        evidence_digest=result.evidence_digest,
        result=to_json(result),
    )
