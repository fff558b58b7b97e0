"""A statement on the terminal: Markdown, with no path or command cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult


def statement_view(statement: str) -> RenderableType:
    """Markdown for the terminal."""
    # rich and its Markdown parser are slow to import, and JSON needs neither.
    from rich import box  # noqa: PLC0415
    from rich.markdown import Markdown, TableElement  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    class FoldedTable(TableElement):
        """rich ends a cell that is too long with an ellipsis; a candidate needs all of it."""

        def __rich_console__(self, _console: Console, _options: ConsoleOptions) -> RenderResult:
            table = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True)
            for column in self.header.row.cells if self.header and self.header.row else ():
                table.add_column(column.content, overflow="fold")
            for row in self.body.rows if self.body else ():
                table.add_row(*(cell.content for cell in row.cells))
            yield table

    class Statement(Markdown):
        """Markdown with tables that lose nothing."""

        elements = {**Markdown.elements, "table_open": FoldedTable}  # noqa: RUF012 - as rich has it

    return Statement(statement)
