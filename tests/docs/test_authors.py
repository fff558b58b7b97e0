"""The authors' API: small, typed, documented, and shown by examples that are checks."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

import grader.checks
from grader.checks.declaration import ATTRIBUTE, Declaration
from grader.cli.checks_reference import checks_page, described_types
from tests.docs.pages import ROOT

GUIDE = (ROOT / "docs" / "guides" / "author.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
WORDS_A_MINUTE = 220
PUBLIC = {name: getattr(grader.checks, name) for name in grader.checks.__all__}


def test_the_guide_is_read_in_ten_minutes() -> None:
    """All that an author needs to know is a page that nobody has to come back to after lunch."""
    assert len(GUIDE.split()) <= 10 * WORDS_A_MINUTE


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented(name: str) -> None:
    """Each name that a check may import is in the reference or the guide, and has a docstring."""
    assert re.search(rf"\b{name}\b", checks_page() + GUIDE), name
    if inspect.isclass(PUBLIC[name]) or inspect.isfunction(PUBLIC[name]):
        assert inspect.getdoc(PUBLIC[name])


@pytest.mark.parametrize("name", [n for n, thing in PUBLIC.items() if inspect.isfunction(thing)])
def test_every_function_is_typed_and_described(name: str) -> None:
    """A function says what it takes and gives, in types and in a sentence of the reference."""
    signature = inspect.signature(PUBLIC[name])
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter
    assert re.search(rf"^- `{name}\(.*`.*: \S", checks_page(), re.MULTILINE)


@pytest.mark.parametrize("name", described_types())
def test_every_member_of_a_type_is_described(name: str) -> None:
    """Whatever an author may ask of a view stands in the reference, with what it is."""
    kind = PUBLIC[name]
    section = checks_page().partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    public = [member for member in vars(kind) if not member.startswith("_")]
    instance = re.findall(r"^\s+self\.([a-z]\w*) = ", inspect.getsource(kind), re.MULTILINE)
    for member in {*public, *instance, *getattr(kind, "__dataclass_fields__", {})} - {"earlier"}:
        assert re.search(rf"^- `\.{member}\b.*`: \S", section, re.MULTILINE), member


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_are_checks(number: int) -> None:
    """Each example of the guide runs as it stands and declares a check with a docstring and fixtures."""
    space: dict[str, Any] = {}
    exec(EXAMPLES[number], space)  # noqa: S102 - our own documentation
    declared = {
        n: f for n, f in space.items() if isinstance(getattr(f, ATTRIBUTE, None), Declaration)
    }
    assert declared
    fixtures = set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE))
    for name, function in declared.items():
        assert name.startswith("test_")
        assert inspect.getdoc(function)
        assert set(inspect.signature(function).parameters) <= fixtures
    assert len(EXAMPLES) >= 3
