"""The certificate as a PDF worth printing, with a QR code that is verified offline.

Typst makes it: one wheel with the typesetter and its fonts inside. WeasyPrint needs Pango from the system,
which a fresh machine may lack.
"""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import segno

from grader.exam.signing.certificate import Certificate
from grader.model.text import Bilingual, Language

TEMPLATE = "certificate.typ"

_MONTHS_FR = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_GIVEN = Bilingual("est décerné à", "is awarded to")
_SENTENCE = Bilingual(
    "qui a réussi l’examen théorique et les épreuves pratiques de la certification.",
    "who passed the theory paper and the practical tasks of the certification.",
)
_DATE = Bilingual("Date", "Date")
_LEVEL = Bilingual("Niveau", "Level")
_SCORE = Bilingual("Score", "Score")
_VERIFY = Bilingual(
    "Ce code contient le certificat signé. Scannez-le, puis : grader verify TEXTE",
    "This code holds the signed certificate. Scan it, then: grader verify TEXT",
)
_QR = Bilingual("Code QR du certificat signé", "QR code of the signed certificate")
_EXAM = Bilingual("Examen", "Exam")
_KEY = Bilingual("clé", "key")


def certificate_pdf(certificate: Certificate, *, templates: Path, language: Language) -> bytes:
    """The page.

    Args:
        certificate: What it says.
        templates: The folder `reports`.
        language: French or English.
    """
    import typst  # noqa: PLC0415 - a typesetter is not loaded for other reports

    data = {
        "studio": "Pivori Studio",
        "title": "PIVORI STUDIO CERTIFIED ENGINEER",
        "language": language.value,
        "name": certificate.name,
        "given_to": _GIVEN.in_(language),
        "sentence": _SENTENCE.in_(language),
        "facts": [
            (_DATE.in_(language), _date_text(certificate.date, language)),
            (_LEVEL.in_(language), certificate.level),
            (_SCORE.in_(language), _percent_text(certificate.score, language)),
        ],
        "verify": _VERIFY.in_(language),
        "ids": f"{_EXAM.in_(language)} {certificate.paper} · {_KEY.in_(language)} {certificate.key}",
        "qr": _qr(certificate.text),
        "qr_alt": _QR.in_(language),
    }
    made = typst.compile(
        (templates / TEMPLATE).read_bytes(),
        format="pdf",
        pdf_standards="ua-1",
        # Nothing of the name may be taken for anything: it comes as data.
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(made) if made else b""


def _qr(text: str) -> str:
    """The code as an SVG picture."""
    picture = io.BytesIO()
    # M: a fifth of the code may be stained or folded. The border is as wide as scanners ask for.
    segno.make_qr(text, error="m").save(picture, kind="svg", border=4, dark="#14284b")
    return picture.getvalue().decode("utf-8")


def _date_text(iso: str, language: Language) -> str:
    day = date.fromisoformat(iso)
    if language is Language.FRENCH:
        first = "1er" if day.day == 1 else str(day.day)
        return f"{first} {_MONTHS_FR[day.month - 1]} {day.year}"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def _percent_text(score: str, language: Language) -> str:
    text = f"{score} %" if language is Language.FRENCH else f"{score}%"
    return text.replace(".", ",") if language is Language.FRENCH else text
