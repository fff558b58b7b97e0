"""Fair matching: the same thing however it is written, and nothing else."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import (
    CheckFailed,
    Matcher,
    at_least,
    containing,
    equal_to,
    expect,
    image,
    nothing,
    one_of,
    quantity,
    same_items,
    yes,
)
from grader.checks.images import ImageReference
from grader.checks.quantities import parse_quantity

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("500m", "0.5"),
        ("1", "1000m"),
        ("1Gi", "1024Mi"),
        ("1e3", "1k"),
        ("128974848", "123Mi"),
        ("0.1", "100m"),
        ("1E", "1e18"),
        (2, "2"),
    ],
)
def test_equal_quantities(one: str, other: str) -> None:
    """Kubernetes' ways to write one amount are equal."""
    assert parse_quantity(one) == parse_quantity(other)
    assert quantity(other).accepts(one)


@pytest.mark.parametrize("text", ["", "m", "1 Gi", "1mi", "1e", "NaN", "0x10", "1" * 40, "1e999"])
def test_no_quantity(text: str) -> None:
    """Anything else is refused, and matches nothing."""
    with pytest.raises(ValueError, match="not a quantity"):
        parse_quantity(text)
    assert not quantity("1").accepts(text)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("docker.io/nginx:1.2", "nginx:1.2"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b:1"),
        (f"quay.io/a/b:1@{DIGEST}", f"quay.io/a/b@{DIGEST}"),
    ],
)
def test_same_image(seen: str, wanted: str) -> None:
    """References that a runtime takes for the same image match."""
    assert image(wanted).accepts(seen)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ("nginx:1.25", "nginx:1.2"),
        ("nginx:1.2", "nginx:1.25"),
        ("evil.io/nginx:1.2", "nginx:1.2"),
        ("my-nginx:1.2", "nginx:1.2"),
        (f"nginx@{DIGEST}", "nginx:latest"),
        ("", "nginx"),
        ("Nginx!", "nginx"),
        (None, "nginx"),
    ],
)
def test_other_image(seen: str | None, wanted: str) -> None:
    """A tag that merely begins alike, another registry or another name is another image."""
    assert not image(wanted).accepts(seen)


@given(st.text(max_size=40))
def test_any_text_is_an_image_or_refused(text: str) -> None:
    """Whatever stands in an image field, the answer is a reference or a ValueError."""
    with contextlib.suppress(ValueError):
        assert ImageReference.parse(text).repository


def test_matchers_say_no() -> None:
    """Each matcher accepts what it is for, and refuses its neighbour and nothing at all."""
    cases: list[tuple[Matcher, Any, list[Any]]] = [
        (equal_to(1), 1, [2, True, "1", None]),
        (equal_to("a"), "a", ["a ", "A", None]),
        (at_least(2), 2, [1, None, "2"]),
        (one_of("a", "b"), "b", ["c", None]),
        (containing("a"), ["a"], [["b"], None, []]),
        (same_items(["a", "b"]), ("b", "a"), [["a"], ["a", "b", "b"], None]),
        (nothing(), [], [["a"], 0, False, "x"]),
        (yes(), True, [1, "yes", None, False]),
    ]
    for matcher, good, bad in cases:
        assert matcher.accepts(good)
        assert not [value for value in bad if matcher.accepts(value)]


def test_expect_says_all_four() -> None:
    """A failed expectation says expected, seen, where and why, with control characters made visible."""
    with pytest.raises(CheckFailed) as raised:
        expect("a\x1b[2J", equal_to("b"), where="Pod x/y", fr="parce que", en="because")
    finding = raised.value.finding
    assert (finding.expected.en, finding.where, finding.why.fr) == ("b", "Pod x/y", "parce que")
    assert finding.seen.en == "a\\x1b[2J"
    assert "expected: b" in str(raised.value)


def test_huge_values_are_cut() -> None:
    """A value of a million characters is shown by its beginning."""
    with pytest.raises(CheckFailed) as raised:
        expect("x" * 1_000_000, equal_to(""), where="w", fr="f", en="e")
    assert len(raised.value.finding.seen.fr) < 500
