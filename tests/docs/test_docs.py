"""The documentation says what is: its links lead somewhere, its commands parse, nothing is left out."""

from __future__ import annotations

import re

import pytest

from grader.model.errors import Code
from grader.sandbox.settings import Settings
from tests.docs.command_line import mistake
from tests.docs.pages import ROOT, Page, pages

PAGES = pages()
GUIDES = ROOT / "docs" / "guides"
# The reference shows what a command takes, not what to type; it is made from the program itself.
WRITTEN = [page for page in PAGES if not str(page).startswith("docs/reference/")]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    """Every link into the repository leads to a file, and to a heading in it where it names one."""
    for link in page.links:
        target, _, anchor = link.partition("#")
        path = (page.path.parent / target).resolve() if target else page.path
        assert path.exists(), link
        assert not anchor or anchor in Page(path).headings, link


@pytest.mark.parametrize("page", WRITTEN, ids=str)
def test_commands_parse(page: Page) -> None:
    """Every `grader` command line that is shown has a subcommand and options that exist."""
    wrong = {
        " ".join(words): problem for words in page.commands("grader") if (problem := mistake(words))
    }
    assert wrong == {}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_make_targets_exist(page: Page) -> None:
    """Every `make` command that is shown names targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, re.MULTILINE))
    shown = {word for words in page.commands("make") for word in words}
    assert shown <= targets


def test_commands_are_found() -> None:
    """The commands of a page are seen where they are shown, so that the tests above test something."""
    shown = [" ".join(words) for words in Page(GUIDES / "examiner.md").commands("grader")]
    assert "doctor" in shown
    assert "start deploy-service --candidate Ada Lovelace --lang en" in shown


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("begin deploy-service", "begin is no command of grader"),
        ("scenarios list", "list is no command of scenarios"),
        ("start deploy-service --fast", "--fast is no option of start"),
        ("start deploy-service --lang de", "--lang de: not one of ['en', 'fr']"),
        ("start deploy-service --seed", "--seed needs a value"),
        ("stop one two", "stop takes 1 arguments, not 2"),
        ("start ID --seed N --lang en", ""),
    ],
)
def test_wrong_commands_are_noticed(line: str, problem: str) -> None:
    """A command line that the program would refuse is told from one that it takes."""
    assert mistake(line.split()) == problem


@pytest.mark.parametrize("code", Code, ids=lambda code: code.slug)
def test_error_code_has_advice(code: Code) -> None:
    """Troubleshooting has a section for every error code, below the heading of its exit code."""
    text = (GUIDES / "troubleshooting.md").read_text(encoding="utf-8")
    before, heading, after = text.partition(f"\n### `{code.slug}`\n")
    assert heading, code.slug
    assert f"exit code {int(code.exit_code)})" in before.rpartition("\n## ")[2]
    assert after.partition("\n#")[0].strip()


def test_only_error_codes_have_advice() -> None:
    """Troubleshooting has no section for an error code that is gone."""
    text = (GUIDES / "troubleshooting.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### `([a-z-]+)`$", text, re.MULTILINE)) == {c.slug for c in Code}


def test_settings_are_documented() -> None:
    """Every setting is in the examiner's guide, and no page names one that does not exist."""
    known = {f"GRADER_{name.upper()}" for name in Settings.model_fields} | {"GRADER_TRACEBACK"}
    guide = (GUIDES / "examiner.md").read_text(encoding="utf-8")
    assert {name for name in known if f"`{name}`" in guide} == known
    for page in PAGES:
        assert set(re.findall(r"GRADER_[A-Z_]+", page.text)) <= known, page


def test_index_is_complete() -> None:
    """Every page below docs is listed in its index."""
    index = Page(ROOT / "docs" / "README.md")
    listed = {(index.path.parent / link).resolve() for link in index.links}
    written = set((ROOT / "docs").rglob("*.md")) - {index.path}
    assert written <= listed


@pytest.mark.parametrize("page", WRITTEN, ids=str)
def test_modules_exist(page: Page) -> None:
    """Every Python file that is named, from the repository's, the package's or the sandbox's folder, is there."""
    bases = (ROOT, ROOT / "grader", ROOT / "grader" / "sandbox", page.path.parent)
    for named in set(re.findall(r"(?<![\w*/.-])((?:[a-z0-9_]+/)*[a-z0-9_]+\.py)\b", page.text)):
        assert any((base / named).exists() for base in bases), named
