"""Shows the phases of a long operation while they run: redrawn on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.cli.shown.phase_words import phase_name
from grader.model.phase import Phase, PhaseLog, PhaseState
from grader.model.text import Bilingual, Language

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from grader.cli.shown.output import Output

_REDRAWS_PER_SECOND = 10
_FAILED = Bilingual("échec", "failed")


@contextmanager
def shown_phases(output: Output) -> Iterator[PhaseLog]:
    """A log whose phases the person sees on stderr, with each one's time, and the total at the end."""
    if not output.live:
        log = PhaseLog(on_change=_Lines(output).tell)
        try:
            yield log
        finally:
            if log.phases:
                output.say(f"total {_seconds(log.total_s, output.language)}")
        return

    from rich.live import Live  # noqa: PLC0415 - rich takes a tenth of a second

    log = PhaseLog()
    picture = _Picture(log, output.language)
    with Live(
        get_renderable=picture.table,
        console=output.console(stderr=True),
        refresh_per_second=_REDRAWS_PER_SECOND,
    ):
        yield log


class _Lines:
    """Tells each phase, and each step of it, in a line of its own."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._steps: dict[str, str] = {}

    def tell(self, phase: Phase) -> None:
        """Say what has changed; a note's part behind a colon only counts on, and would fill a log file."""
        language = self._output.language
        name, said = phase_name(phase, language), phase.note_in(language)
        if phase.state is PhaseState.RUNNING:
            step = said.partition(":")[0]
            if self._steps.get(phase.name) != step:
                self._steps[phase.name] = step
                self._output.say(f"  … {name}{': ' if step else ''}{step}")
            return
        mark = "✓" if phase.state is PhaseState.DONE else "✗"
        note = f"  {said}" if said else ""
        failed = "" if phase.state is PhaseState.DONE else f"  {_FAILED.in_(language)}"
        self._output.say(f"  {mark} {name}  {_seconds(phase.seconds, language)}{failed}{note}")


class _Picture:
    """Draws a log; asked anew at every refresh, so that running phases count up."""

    def __init__(self, log: PhaseLog, language: Language) -> None:
        from rich.spinner import Spinner  # noqa: PLC0415 - rich takes a tenth of a second

        self._log = log
        self._language = language
        self._began_s = time.monotonic()
        self._spinner = Spinner("dots", style="cyan")

    def table(self) -> Table:
        """The phases so far, and their total."""
        from rich.table import Table  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        elapsed_s = time.monotonic() - self._began_s
        phases = list(self._log.phases)
        running = any(phase.state is PhaseState.RUNNING for phase in phases)
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2, justify="right")
        table.add_column(no_wrap=True)
        table.add_column(justify="right", min_width=7, no_wrap=True)
        table.add_column(style="dim", no_wrap=True, overflow="ellipsis")
        for phase in phases:
            spent_s = phase.seconds
            if phase.state is PhaseState.RUNNING:
                spent_s = elapsed_s - phase.started_s
            table.add_row(
                self._mark(phase.state),
                Text(phase_name(phase, self._language)),
                _seconds(spent_s, self._language),
                Text(phase.note_in(self._language)),
            )
        if phases:
            total_s = elapsed_s if running else self._log.total_s
            total = Text(_seconds(total_s, self._language), style="bold")
            table.add_row("", Text("total", style="bold"), total, "")
        return table

    def _mark(self, state: PhaseState) -> RenderableType:
        from rich.text import Text  # noqa: PLC0415 - as above

        if state is PhaseState.RUNNING:
            return self._spinner
        return Text("✓", style="green") if state is PhaseState.DONE else Text("✗", style="red")


def _seconds(seconds: float, language: Language) -> str:
    text = f"{seconds:.1f} s"
    return text.replace(".", ",") if language is Language.FRENCH else text


def phases_document(log: PhaseLog) -> dict[str, Any]:
    """A log as JSON data: each phase's seconds in order, and the total."""
    return {
        "phases": [
            {"name": phase.name, "seconds": round(phase.seconds, 3), "state": phase.state.value}
            for phase in log.phases
        ],
        "total_s": round(log.total_s, 3),
    }
