"""The pages of the documentation, and what is found in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^ *(```+)([^\n`]*)\n(.*?)^ *\1 *$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)([^`\n]+)\1(?!`)")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
# What may stand before a command: a prompt, another user, the checkout's own folder.
_LEAD = re.compile(r"^(?:\$ +)?(?:sudo +)?(?:\.venv/bin/)?(?=(?:grader|make)(?: |$))")


@dataclass(frozen=True)
class Page:
    """A Markdown file of the repository."""

    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """All but the fenced blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> Iterator[str]:
        """Targets of its links that lead into the repository."""
        for target in _LINK.findall(_SPAN.sub("", self.prose)):
            if not re.match(r"[a-z]+:", target):
                yield target

    @property
    def headings(self) -> set[str]:
        """The anchors of its headings, as a reader's browser has them."""
        return {_anchor(title) for title in _HEADING.findall(self.prose)}

    def commands(self, program: str) -> Iterator[list[str]]:
        """The words of every command line of `program` that a reader is shown, in a block or in a sentence."""
        blocks = (line for _, _, body in _FENCE.findall(self.text) for line in body.splitlines())
        for shown in [*blocks, *(text for _, text in _SPAN.findall(self.prose))]:
            lead = _LEAD.match(shown.strip())
            if lead is None:
                continue
            words = shlex.split(shown.strip()[lead.end() :], comments=True)
            if words[0] == program:
                yield words[1:]


def pages() -> list[Page]:
    """Every page that people read; what is installed or cached beside the repository is none of them."""
    places = ("*.md", "docs/**/*.md", "fixtures/**/*.md", "scenarios/**/*.md")
    return [Page(path) for place in places for path in sorted(ROOT.glob(place))]


def _anchor(title: str) -> str:
    plain = re.sub(r"[`*_]", "", title).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
