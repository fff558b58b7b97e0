"""What the candidate sees of the theory paper, and what each key does; it knows no terminal."""

# ruff: noqa: RUF001 - the dash of a question that was not answered

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from grader.cli.shown.theory_words import minutes_text, say
from grader.model.errors import GraderError
from grader.model.paper import PaperState
from grader.model.question import SUBJECT_TITLES

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from grader.exam.theory.sitting import Sitting
    from grader.model.question import Question
    from grader.model.text import Language

COLUMNS = 5
"""Questions side by side on the review page."""
WARN_S = 300
"""Seconds left from which on the time is shown in red."""


class View(Enum):
    """Which page is shown."""

    QUESTION = auto()
    REVIEW = auto()
    SURE = auto()
    END = auto()


@dataclass
class TheoryScreen:
    """The paper on a screen.

    Args:
        sitting: The paper being worked on.
        place: The question that is shown, from 0.
    """

    sitting: Sitting
    place: int = 0
    view: View = field(default=View.QUESTION)

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to be done here."""
        return self.view is View.END

    def press(self, key: str) -> None:
        """Do what a key says; a key that says nothing does nothing.

        Args:
            key: A character, or "left", "right", "up", "down", "enter".
        """
        self.tick()
        if self.ended:
            return
        if key == "q":
            self.view = View.END
        elif self.view is View.QUESTION:
            self._on_question(key)
        elif self.view is View.REVIEW:
            self._on_review(key)
        elif key in {"o", "y"}:
            self.sitting = self.sitting.hand_in()
            self.view = View.END
        elif key in {"n", "left", "r"}:
            self.view = View.REVIEW

    def tick(self) -> None:
        """Look at the clock: after the time the paper is closed."""
        # A database that is away for a moment ends nobody's paper: the next look may see it.
        with suppress(GraderError):
            self.sitting = self.sitting.looked_at()
        if self.sitting.paper.state is PaperState.CLOSED:
            self.view = View.END

    def _on_question(self, key: str) -> None:
        last = len(self.sitting.paper.questions) - 1
        if key.isdigit():
            self._choose(int(key) - 1)
        elif key in {"right", "enter", "n", " "}:
            if self.place == last:
                self.view = View.REVIEW
            else:
                self.place += 1
        elif key in {"left", "b"}:
            self.place = max(self.place - 1, 0)
        elif key == "r":
            self.view = View.REVIEW

    def _choose(self, option: int) -> None:
        question = self._question
        if not 0 <= option < len(question.options):
            return
        before = set(self.sitting.paper.answers.get(question.id, ()))
        # The same key again takes the choice back.
        chosen = before ^ {option} if question.multiple else {option} - before
        self.sitting = self.sitting.answer(question.id, chosen)
        self.tick()

    def _on_review(self, key: str) -> None:
        last = len(self.sitting.paper.questions) - 1
        step = {"left": -1, "right": 1, "up": -COLUMNS, "down": COLUMNS}.get(key)
        if step is not None:
            self.place = min(max(self.place + step, 0), last)
        elif key in {"enter", "r", " "}:
            self.view = View.QUESTION
        elif key == "h":
            self.view = View.SURE

    @property
    def _question(self) -> Question:
        return self.sitting.paper.questions[self.place]

    @property
    def _unanswered(self) -> list[int]:
        paper = self.sitting.paper
        return [n for n, q in enumerate(paper.questions, 1) if not paper.answers.get(q.id)]

    def render(self) -> RenderableType:
        """The page."""
        from rich import box  # noqa: PLC0415 - rich takes a tenth of a second
        from rich.console import Group  # noqa: PLC0415 - as above
        from rich.panel import Panel  # noqa: PLC0415 - as above

        page = self._question_page() if self.view is View.QUESTION else self._review_page()
        keys = {View.QUESTION: "keys", View.REVIEW: "review_keys"}.get(self.view, "sure_keys")
        body = Panel(page, title=self._head(), title_align="left", box=box.ROUNDED, padding=(1, 2))
        return Group(body, self._strip(), _dim(f" {self._say(keys)}"))

    def _head(self) -> Text:
        from rich.text import Text  # noqa: PLC0415 - as above

        left = self.sitting.left_s
        style = "bold red" if left <= WARN_S else "bold"
        middle = self._say("review")
        if self.view is View.QUESTION:
            subject = SUBJECT_TITLES[self._question.subject].in_(self._language)
            middle = f"{subject}  {self.place + 1} / {len(self.sitting.paper.questions)}"
        return Text.assemble(
            (f" {self._say('title')} ", "bold cyan"),
            (f" {middle} ", ""),
            (f" ⏱ {minutes_text(left)} {self._say('left')} ", style),
        )

    def _question_page(self) -> RenderableType:
        from rich.console import Group  # noqa: PLC0415 - as above
        from rich.table import Table  # noqa: PLC0415 - as above

        question = self._question
        chosen = self.sitting.paper.answers.get(question.id, ())
        table = Table.grid(padding=(0, 1, 1, 0))
        table.add_column(width=1)
        table.add_column(width=1)
        table.add_column(ratio=1)
        on, off = ("■", "□") if question.multiple else ("●", "○")
        for place, option in enumerate(question.options):
            picked = place in chosen
            style = "bold green" if picked else ""
            text = _literal(option.text.in_(self._language), style)
            table.add_row(
                _literal(str(place + 1), "bold cyan"), _literal(on if picked else off, style), text
            )
        return Group(
            _literal(question.text.in_(self._language), "bold"),
            _dim(self._say("several" if question.multiple else "one")),
            "",
            table,
        )

    def _review_page(self) -> RenderableType:
        from rich.console import Group  # noqa: PLC0415 - as above
        from rich.table import Table  # noqa: PLC0415 - as above

        paper = self.sitting.paper
        table = Table.grid(padding=(0, 3, 1, 0))
        cells = []
        for place, question in enumerate(paper.questions):
            chosen = paper.answers.get(question.id, ())
            what = " ".join(str(n + 1) for n in chosen) or "–"
            style = "green" if chosen else "yellow"
            here = place == self.place and self.view is View.REVIEW
            cells.append(
                _literal(f" {place + 1:>2}  {what:<7} ", f"reverse {style}" if here else style)
            )
        for start in range(0, len(cells), COLUMNS):
            table.add_row(*cells[start : start + COLUMNS])
        done = len(paper.questions) - len(self._unanswered)
        count = f"{self._say('answered')} : {done} / {len(paper.questions)}"
        if self.view is View.SURE:
            notes = [_literal(self._say("sure"), "bold")]
            if self._unanswered:
                numbers = ", ".join(map(str, self._unanswered))
                notes.append(_literal(f"{self._say('sure_open')} : {numbers}", "bold yellow"))
            return Group(table, *notes)
        return Group(table, _literal(count, ""))

    def _strip(self) -> Text:
        """One sign a question: answered, not, and where one is; told by shape, not by colour alone."""
        from rich.text import Text  # noqa: PLC0415 - as above

        strip = Text(" ")
        for place, question in enumerate(self.sitting.paper.questions):
            answered = bool(self.sitting.paper.answers.get(question.id))
            here = place == self.place
            sign = ("◆" if answered else "◇") if here else ("●" if answered else "·")
            strip.append(f"{sign} ", style="bold cyan" if here else "green" if answered else "dim")
        return strip

    @property
    def _language(self) -> Language:
        return self.sitting.paper.language

    def _say(self, key: str) -> str:
        return say(key, self._language)


def _literal(text: str, style: str) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    return Text(text, style=style)


def _dim(text: str) -> Text:
    return _literal(text, "dim")
