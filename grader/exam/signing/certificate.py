"""The certificate: a small signed document that fits into the QR code on the printed page."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.exam.signing.canonical import canonical
from grader.exam.signing.envelope import PAYLOAD, Signed, sign, statement_of, verify
from grader.exam.signing.keys import KeyRing, PublicKey
from grader.model.certification import Outcome
from grader.model.decimal_text import decimal_text
from grader.model.errors import Code, GraderError
from grader.store.certifications import Certification

CERTIFICATE = "https://pivori.app/grader/certificate/v1"
"""The type of a certificate."""
MARK = "PIVORI1"
"""What a QR code's text begins with."""


@dataclass(frozen=True)
class Certificate:
    """What the page says, and the text of its QR code.

    Attributes:
        name: The candidate's.
        date: When the result was issued, such as "2026-11-25".
        level: What is certified, "Expert".
        score: Percent, such as "86.5".
        paper: Names the exam's result.
        key: The key that signed.
        text: What the QR code holds; `grader verify` takes it.
    """

    name: str
    date: str
    level: str
    score: str
    paper: str
    key: str
    text: str


def certificate(ring: KeyRing, certification: Certification) -> Certificate:
    """The certificate of a passed exam.

    Raises:
        GraderError: usage, where it was not passed.
    """
    if certification.outcome is not Outcome.PASSED:
        raise GraderError(
            Code.USAGE,
            f"the exam {certification.paper} is not passed: {certification.outcome.value}",
            where=f"exam {certification.paper}",
            hint="a certificate is for a passed exam",
        )
    result = json.loads(b64decode(json.loads(certification.signed)["payload"]))["predicate"]
    fields = {
        "name": certification.candidate,
        "date": certification.issued_at[:10],
        "level": result["level"],
        "score": decimal_text(Fraction(result["percent"])),
        "paper": certification.paper,
    }
    digest = hashlib.sha256(certification.signed.encode("ascii")).hexdigest()
    envelope = json.loads(sign(ring.signer(), CERTIFICATE, fields, _subject(digest)))
    (signature,) = envelope["signatures"]
    text = ".".join(
        (MARK, _packed(fields, digest), signature["keyid"], _url(b64decode(signature["sig"])))
    )
    return Certificate(**fields, key=signature["keyid"], text=text)


def verify_text(text: str, keys: Sequence[PublicKey]) -> Signed:
    """The certificate that a QR code's text holds, as `grader.exam.signing.envelope.verify` has it."""
    parts = text.strip().split(".")
    try:
        _mark, packed, key, signature = parts
        content = json.loads(_from_url(packed))
        digest = content.pop("result")
        envelope = {
            "payload": _base64(canonical(statement_of(CERTIFICATE, content, _subject(digest)))),
            "payloadType": PAYLOAD,
            "signatures": [{"keyid": key, "sig": _base64(_from_url(signature))}],
        }
        written = _packed(content, digest) == packed and _url(_from_url(signature)) == signature
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise GraderError(
            Code.SIGNATURE_WRONG,
            "this is not the text of a certificate, or it was changed",
            hint="scan the code again, and take the whole text",
        ) from error
    if not written:
        raise GraderError(Code.SIGNATURE_WRONG, "the text was changed", hint="scan the code again")
    return verify(canonical(envelope), keys, where="the certificate's code")


def _subject(digest: str) -> dict[str, str]:
    return {"result": digest}


def _packed(fields: Mapping[str, Any], digest: str) -> str:
    return _url(
        json.dumps({**fields, "result": digest}, ensure_ascii=False, separators=(",", ":")).encode()
    )


def _base64(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def _url(content: bytes) -> str:
    return urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _from_url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
