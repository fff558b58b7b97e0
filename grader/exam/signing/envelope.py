"""Signed documents: an in-toto statement in a DSSE envelope, verified without any network.

The envelope is written in one way only, and read in no other, so that a byte changed anywhere is
noticed, even one that means nothing in JSON or base64.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Signer

from grader.exam.signing.canonical import canonical
from grader.exam.signing.keys import PublicKey
from grader.model.errors import Code, GraderError

PAYLOAD = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True)
class Signed:
    """A document whose signature holds.

    Attributes:
        statement: The in-toto statement.
        key: What it was verified with.
    """

    statement: Mapping[str, Any]
    key: PublicKey

    @property
    def kind(self) -> str:
        """The type of the predicate."""
        return str(self.statement["predicateType"])

    @property
    def predicate(self) -> Mapping[str, Any]:
        """What is stated."""
        stated: Mapping[str, Any] = self.statement["predicate"]
        return stated


def sign(
    signer: Signer, kind: str, predicate: Mapping[str, Any], subjects: Mapping[str, str]
) -> bytes:
    """Sign a document; the file's content.

    Args:
        signer: Has the private key.
        kind: The predicate's type, a URI.
        predicate: What is stated, JSON data without NaN.
        subjects: What it is stated of: SHA-256 in hex, by name.
    """
    envelope = Envelope(canonical(statement_of(kind, predicate, subjects)), PAYLOAD, {})
    envelope.sign(signer)
    return canonical(envelope.to_dict())


def statement_of(
    kind: str, predicate: Mapping[str, Any], subjects: Mapping[str, str]
) -> dict[str, Any]:
    """The in-toto statement; see `sign`."""
    return {
        "_type": STATEMENT,
        "subject": [{"name": n, "digest": {"sha256": d}} for n, d in sorted(subjects.items())],
        "predicateType": kind,
        "predicate": predicate,
    }


def verify(content: bytes, keys: Sequence[PublicKey], *, where: str) -> Signed:
    """The document, where it is the one that was signed.

    Args:
        content: The file's bytes.
        keys: Those that are trusted.
        where: The file, for messages.

    Raises:
        GraderError: signature-wrong, saying what is wrong; key-unknown, where none of the keys signed it.
    """
    document = _document(content, where)
    try:
        envelope = Envelope.from_dict(json.loads(content))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _wrong("its envelope is damaged", where) from error
    if canonical(envelope.to_dict()) != content:
        raise _wrong("its bytes are not as the grader writes them: it was changed", where)
    if envelope.payload_type != PAYLOAD:
        raise _wrong(f"its type is {envelope.payload_type!r}, not {PAYLOAD!r}", where)
    signers = {str(entry["keyid"]) for entry in document["signatures"]}
    known = [key for key in keys if key.id in signers]
    if not known:
        names = ", ".join(sorted(signers)) or "nobody"
        raise GraderError(
            Code.KEY_UNKNOWN,
            f"it says it was signed by {names}, and no such key is trusted here",
            where=where,
            hint="get the examiner's public key (grader keys export) and add --key FILE",
        )
    try:
        accepted = envelope.verify([key.verifier for key in known], 1)
    except VerificationError as error:
        raise _wrong(
            "the signature does not fit: the content or the signature was changed", where
        ) from error
    statement = json.loads(envelope.payload)
    if statement.get("_type") != STATEMENT:
        raise _wrong("what was signed is no statement of a grader", where)
    return Signed(statement, next(key for key in known if key.id in accepted))


def _document(content: bytes, where: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, ValueError) as error:
        raise _wrong("it is no JSON: it was changed, or is no signed result", where) from error
    if not isinstance(document, dict) or set(document) != {"payload", "payloadType", "signatures"}:
        raise _wrong("it is no signed result, or its outermost names were changed", where)
    return document


def _wrong(what: str, where: str) -> GraderError:
    return GraderError(
        Code.SIGNATURE_WRONG,
        what,
        where=where,
        hint="ask for the file again from where it was issued; do not rely on this one",
    )
