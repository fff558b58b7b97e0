"""A submission as one file, for an examiner on another machine: the evidence, its digest, and a pseudonym."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.exam.attempts.submit import latest_result
from grader.exam.signing.canonical import canonical
from grader.model.errors import Code, GraderError
from grader.model.json_text import read_json
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings

SUBMISSION = "https://pivori.app/grader/submission/v1"
"""The type of such a file."""

MOST_BYTES = 256 << 20
"""Larger files are not read: evidence is a few megabytes."""

_TEXT = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class SubmissionFile:
    """What such a file says; nothing but the digest of the evidence has been proved.

    Attributes:
        pseudonym: Who hands it in, as the examiner knows it.
        language: What the candidate reads.
        started_at: When the candidate began, as the other machine says.
        submitted_at: When it was handed in, as the other machine says.
        grader: The version of grader there, as it says.
        digest: Of the evidence, "sha256:…".
        evidence: The recorded observation, compressed.
    """

    pseudonym: str
    language: Language
    started_at: str
    submitted_at: str
    grader: str
    digest: str
    evidence: bytes


def export_submission(around: Surroundings, attempt_id: str, pseudonym: str = "") -> bytes:
    """An attempt that was judged, as such a file. The candidate's name is not in it.

    Args:
        around: Where the attempt is.
        attempt_id: The attempt's id.
        pseudonym: Who hands it in; "" for one made from the attempt's id.

    Raises:
        GraderError: attempt-state, where it was never submitted or nothing could be recorded; usage, for
            a pseudonym that is none.
    """
    pseudonym = pseudonym.strip() or f"candidate-{attempt_id}"
    if not _TEXT.fullmatch(pseudonym):
        raise GraderError(Code.USAGE, "a pseudonym is one line of 1 to 200 characters")
    result = latest_result(around, attempt_id)
    if not result.evidence_path:
        raise GraderError(
            Code.ATTEMPT_STATE,
            f"nothing of attempt {attempt_id} could be recorded: there is no evidence to export",
            hint=f"grader submit {attempt_id}",
        )
    try:
        evidence = Path(result.evidence_path).read_bytes()
    except OSError as error:
        raise GraderError(
            Code.USAGE, f"the evidence can't be read: {error}", where=result.evidence_path
        ) from error
    return canonical(
        {
            "type": SUBMISSION,
            "pseudonym": pseudonym,
            "language": result.language.value,
            "started_at": result.started_at,
            "submitted_at": result.submitted_at,
            "grader": result.grader,
            "digest": result.evidence_digest,
            "evidence": b64encode(evidence).decode("ascii"),
        }
    )


def read_submission(file: Path) -> SubmissionFile:
    """Read such a file, which anybody may have written.

    Raises:
        GraderError: usage, where it is none, or its evidence is not what its digest says.
    """
    try:
        return _submission(_content(file))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise GraderError(
            Code.USAGE,
            f"this is no submission that grader exported: {error}",
            where=str(file),
            hint="have it exported again with: grader submit --export FILE",
        ) from error


def _content(file: Path) -> Any:
    if file.stat().st_size > MOST_BYTES:
        raise ValueError("it is too large to be one")
    return read_json(file.read_bytes())


def _submission(read: Any) -> SubmissionFile:
    if not isinstance(read, dict) or read.get("type") != SUBMISSION:
        raise ValueError(f"its type is not {SUBMISSION}")
    for name in ("pseudonym", "started_at", "submitted_at", "grader"):
        if not isinstance(read[name], str) or not _TEXT.fullmatch(read[name]):
            raise ValueError(f"{name} is not one line of 1 to 200 characters")
    evidence = b64decode(read["evidence"], validate=True)
    digest = str(read["digest"])
    if not _DIGEST.fullmatch(digest) or hashlib.sha256(evidence).hexdigest() != digest[7:]:
        raise ValueError("its evidence is not what its digest says: it was changed")
    return SubmissionFile(
        pseudonym=read["pseudonym"],
        language=Language(read["language"]),
        started_at=read["started_at"],
        submitted_at=read["submitted_at"],
        grader=read["grader"],
        digest=digest,
        evidence=evidence,
    )
