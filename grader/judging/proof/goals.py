"""What a statement asks for, line by line, to be read beside the checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.judging.authoring.statement import statement
from grader.judging.collect import DeclaredCheck
from grader.model.scenario import Scenario
from grader.model.text import Language


def goals(scenario: Scenario, checks: Sequence[DeclaredCheck]) -> tuple[str, ...]:
    """The items of the English statement's lists and tables, without the table of the checks."""
    text = statement(scenario, Language.ENGLISH)
    titles = [check.declaration.title.en for check in checks]
    return tuple(
        line
        for line, in_table in _lines(text)
        if not (in_table and any(line.startswith(title) for title in titles))
    )


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Each item, and whether it is a row of a table."""
    cells: list[str] = []
    inside: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type in {"list_item_open", "tbody_open"}:
            inside.append(token.type)
        elif token.type in {"list_item_close", "tbody_close"}:
            inside.pop()
        elif token.type == "tr_close" and inside:
            yield ": ".join(cell for cell in cells if cell), True
            cells = []
        elif token.type == "inline" and inside:
            if inside[-1] == "tbody_open":
                cells.append(_plain(token))
            else:
                yield _plain(token), False


def _plain(token: Token) -> str:
    """A line without its markup."""
    parts = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or ()
    ]
    return "".join(parts).strip()
