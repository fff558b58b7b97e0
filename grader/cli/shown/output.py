"""Where a command's words go: data on stdout, everything else on stderr, one document in JSON mode."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from grader.model.text import Bilingual, Language

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_NEXT = Bilingual("ensuite :  ", "next:  ")
# The widest table, a proof's, fits.
_LOG_WIDTH = 100


@dataclass
class Output:
    """Writes for a person or for a machine.

    Args:
        json_mode: One JSON document on stdout and nothing else there.
        language: Of the words around what a command shows; a candidate's commands set it to the candidate's.
    """

    json_mode: bool = False
    language: Language = Language.ENGLISH
    _consoles: dict[bool, Console] = field(default_factory=dict)

    def show(self, *things: RenderableType) -> None:
        """Print what the person asked for; nothing in JSON mode, where `document` answers."""
        if not self.json_mode:
            for thing in things:
                _print(self.console(), thing)

    def tell(self, *things: RenderableType) -> None:
        """Print what goes on beside the answer, on stderr."""
        for thing in things:
            _print(self.console(stderr=True), thing)

    def say(self, message: str) -> None:
        """Print a plain message on stderr, taken literally: no markup, no highlighting."""
        self.console(stderr=True).print(message, markup=False, highlight=False, soft_wrap=True)

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the one document of JSON mode; nothing otherwise."""
        if self.json_mode:
            sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
            sys.stdout.flush()

    def next_commands(self, *commands: str) -> None:
        """Print what can be typed next, one command a line."""
        if not self.json_mode:
            from rich.text import Text  # noqa: PLC0415 - rich takes a tenth of a second

            text = Text()
            first = _NEXT.in_(self.language)
            for place, command in enumerate(commands):
                lead = first if place == 0 else f"\n{' ' * len(first)}"
                text.append(lead, style="dim").append(command, style="bold cyan")
            self.tell("", text)

    def console(self, *, stderr: bool = False) -> Console:
        """The console of stdout, or of stderr; colours only on a terminal and without NO_COLOR."""
        # In JSON mode stdout belongs to the document.
        stderr = stderr or self.json_mode
        if stderr not in self._consoles:
            # The stream as it is now: judging redirects sys.stdout and sys.stderr while checks run.
            stream = sys.stderr if stderr else sys.stdout
            self._consoles[stderr] = _console(stream)
        return self._consoles[stderr]

    @property
    def live(self) -> bool:
        """Whether stderr is a terminal on which lines may be redrawn."""
        return self.console(stderr=True).is_terminal and not os.environ.get("CI")


def _console(stream: IO[str], width: int | None = None) -> Console:
    from rich.console import Console  # noqa: PLC0415 - rich takes a tenth of a second

    return Console(file=stream, width=width, highlight=False, emoji=False)


def _print(console: Console, thing: RenderableType) -> None:
    # Text goes to the terminal unbroken: a path or command that was cut in two can't be copied.
    from rich.table import Table  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    if isinstance(thing, Table) and not (console.is_terminal or "COLUMNS" in os.environ):
        # A file or a pipeline's log has no width of its own, and rich would take it for a narrow terminal.
        console = _console(console.file, _LOG_WIDTH)
    console.print(thing, markup=False, soft_wrap=isinstance(thing, (str, Text)))
