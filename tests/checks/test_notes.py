"""Notes that candidates write: judged by what they say, not by how it is dressed up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import Note, naming

VERSIONS = ("5.0.2", "5.0.3", "5.2.0")


@pytest.mark.parametrize(
    "text",
    [
        "service: payment",
        "Service : payment",
        'service: "payment"   # the one that failed',
        "SERVICE=payment",
        "- **Service:** `payment`",
        "- **service** : payment,",
        "| service | payment |",
        "\ufeffservice: payment\r\n",
        "service:\nservice: payment\n# service: routing\n",
        "> service:\tpayment  ",
    ],
)
def test_a_field_is_read_however_it_is_written(text: str) -> None:
    """YAML, Markdown, a table, capitals, quotes, a comment: the field says the same."""
    assert Note("/n", text.encode()).value("service") == "payment"


def test_french_keys_and_words_fold() -> None:
    """Accents, capitals and blanks do not tell two words of a list apart."""
    note = Note("/n", "Remède : Limite mémoire\n".encode())
    assert note.word("remedy", "remède") == "limite-memoire"


def test_a_note_that_is_not_there_says_nothing() -> None:
    """A missing, empty or unreadable note has no field, and that is no error."""
    for content in (None, b"", b"\xff\xfe\x00", b"just words", b"service:\n# service: payment\n"):
        assert Note("/n", content).value("service") == ""
    assert not Note("/n", None).exists


@given(st.binary(max_size=300))
def test_no_bytes_break_a_note(content: bytes) -> None:
    """Whatever a file holds, reading it is no error."""
    Note("/n", content).word("service", "cause")


@pytest.mark.parametrize(
    "seen", ["5.0.3", "v5.0.3", "payment:5.0.3", "payment 5.0.3 (stable).", "Version 5.0.3, prod"]
)
def test_naming_one_of_several(seen: str) -> None:
    """A text names a version by itself, with its service, or in a sentence."""
    assert naming("5.0.3", among=VERSIONS).accepts(seen)


@pytest.mark.parametrize(
    "seen", ["", "5.0.30", "15.0.3", "5.0.3-rc1", "5.0.2", "5.0.2 5.0.3", None]
)
def test_naming_is_exact_and_alone(seen: str | None) -> None:
    """Another version, part of one, or all of them at once name nothing."""
    assert not naming("5.0.3", among=VERSIONS).accepts(seen)


def test_naming_a_service_within_another_s_name() -> None:
    """A name inside a longer one of the list is not a second name."""
    among = ("data", "market-data", "live")
    assert naming("market-data", among=among).accepts("the market-data Service")
    assert not naming("data", among=among).accepts("market-data")
    assert naming("live", among=among).accepts("LIVE")
