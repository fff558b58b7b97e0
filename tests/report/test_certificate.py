"""The printed certificate."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from grader.exam.signing.certificate import Certificate
from grader.model.text import Language
from grader.report.certificate import certificate_pdf
from grader.sandbox.settings import data_folder

CERTIFICATE = Certificate(
    name="Zoé Lefèvre-Montaigne",
    date="2026-11-01",
    level="Expert",
    score="86.5",
    paper="p3k2p9",
    key="3e166ff87ca941a5",
    # As long as one with a long name is.
    text="PIVORI1." + "aZ09-_" * 40 + ".3e166ff87ca941a5." + "b" * 86,
)


def _page(certificate: Certificate, language: Language) -> pypdfium2.PdfPage:
    made = certificate_pdf(certificate, templates=data_folder("reports"), language=language)
    document = pypdfium2.PdfDocument(made)
    assert len(document) == 1
    return document[0]


def _text(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_range())


def test_what_it_says() -> None:
    """Name, date, level and score are on one page, as each language writes them."""
    french = _text(_page(CERTIFICATE, Language.FRENCH))
    english = _text(_page(CERTIFICATE, Language.ENGLISH))
    for text in (french, english):
        assert "PIVORI STUDIO CERTIFIED ENGINEER" in text
        assert CERTIFICATE.name in text
        assert "Expert" in text
    assert "1er novembre 2026" in french
    assert "86,5" in french
    assert "1 November 2026" in english
    assert "86.5%" in english


@pytest.mark.parametrize("language", Language)
def test_code_can_be_scanned(language: Language) -> None:
    """A scanner reads the signed certificate from the printed page, at the resolution of an office printer."""
    picture = _page(CERTIFICATE, language).render(scale=300 / 72, grayscale=True)
    rows = memoryview(picture.buffer).cast("B")
    flat = memoryview(bytes(rows)).cast("B", (picture.height, picture.stride))
    (code,) = zxingcpp.read_barcodes(flat)
    assert code.text == CERTIFICATE.text


@pytest.mark.parametrize(
    "name",
    ["*Ada* #set page(fill: red) $x$ \\ [y]", "Countess " * 12, 'a"b\\c{d}', "Ὑπατία Čapek Łukasz"],
)
def test_any_name(name: str) -> None:
    """A name is printed as it is, on one page, however long and whatever it looks like."""
    assert name.strip() in _text(_page(replace(CERTIFICATE, name=name.strip()), Language.ENGLISH))
