"""A result on the terminal: each check with its points, and why those failed that failed."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.verdict import Verdict
from grader.report.guard_note import guard_note
from grader.report.parts import part_lines
from grader.report.wording import MARKS, reasons, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType
    from rich.text import Text

    from grader.exam.results.result import Result
    from grader.model.text import Language
    from grader.model.verdict import CheckResult

_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.ERROR: "yellow"}


def result_view(result: Result, language: Language, *, explain: bool = True) -> RenderableType:
    """The table of checks and the verdict.

    Args:
        result: What to show.
        language: The reader's.
        explain: Whether to say why a check did not pass; in a graded exam the report does.
    """
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    earned = result.earned
    for check in result.checks:
        lost = check.verdict is Verdict.ERROR
        points = f"{'–' if lost else earned[check.id]} / {check.points}"
        mark = _styled(MARKS[check.verdict], f"bold {_STYLES[check.verdict]}")
        table.add_row(mark, _described(check, language, earned[check.id], explain=explain), points)
    title = _styled(result.title.in_(language), "bold")
    later = [] if explain else [_styled(word("reasons_later", language), "dim")]
    return Group(title, "", table, "", _verdict(result, language), *later)


def _described(
    check: CheckResult, language: Language, earned: int, *, explain: bool
) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    title = Text(check.title.in_(language) or check.id)
    if note := guard_note(check, earned, language):
        title.append(f"  ({note})", style="dim")
    if check.verdict is Verdict.PASSED or not explain:
        return title
    described: list[RenderableType] = [title, _why(reasons(check, language), language)]
    for line in part_lines(check, earned, language):
        verdict = line.part.verdict
        head = Text.assemble(
            (f"{MARKS[verdict]} ", f"bold {_STYLES[verdict]}"),
            line.part.title.in_(language) or line.part.id,
            (f"  ({line.points})", "dim"),
        )
        part = Table.grid()
        part.add_column(width=2)
        part.add_column(ratio=1)
        part.add_row("", Group(head, _why(line.reasons, language)))
        described.append(part)
    return Group(*described)


def _why(pairs: Iterable[tuple[str, str]], language: Language) -> RenderableType:
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    why = Table.grid(padding=(0, 2, 0, 0))
    why.add_column(style="dim", no_wrap=True)
    why.add_column(overflow="fold")
    for name, text in pairs:
        why.add_row(word(name, language), Text(text))
    return why


def _verdict(result: Result, language: Language) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    style = _STYLES[result.verdict]
    text = Text()
    text.append(f"{MARKS[result.verdict]} ", style=f"bold {style}")
    text.append(word(f"verdict_{result.verdict.value}", language), style=f"bold {style}")
    text.append(f"  {result.points} / {result.max_points} {word('points', language)}", style="bold")
    text.append(f"  ({word('pass_mark', language)} {result.pass_percent} %)", style="dim")
    if result.verdict is Verdict.ERROR:
        text.append(f"\n{word('trouble', language)}")
        if result.goes in {"retry", "person"}:
            text.append(f"\n{word(f'goes_{result.goes}', language)}")
        if result.trouble:
            text.append(f"\n{result.trouble}", style="dim")
    return text


def _styled(words: str, style: str) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    return Text(words, style=style)
