"""The bank in Moodle's GIFT format, so that other systems can use it.

Written by us: the libraries for GIFT either read it only or have had no release for years.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model.question import Question
from grader.model.text import Language

_SPECIAL = re.compile(r"([~=#{}:\\])")
_PRECISION = 5
"""Decimals of a share; Moodle knows no fractions."""


def gift(questions: Sequence[Question], language: Language) -> str:
    """The questions, subject by subject, each with its reason as feedback.

    Multiple choices carry the same shares as ours: what each right option earns and each wrong one
    takes, in percent.
    """
    blocks: list[str] = []
    subject = None
    for question in questions:
        if question.subject is not subject:
            subject = question.subject
            blocks.append(f"$CATEGORY: pivori/{subject.value}")
        blocks.append(_block(question, language))
    return "\n\n".join(blocks) + "\n"


def _block(question: Question, language: Language) -> str:
    wrong = len(question.options) - len(question.right)
    lines = [f"// {question.guide}"]
    lines.append(f"::{question.id}::[plain]{escaped(question.text.in_(language))} {{")
    for option in question.options:
        if not question.multiple:
            sign = "=" if option.right else "~"
        elif option.right:
            sign = f"~%{_percent(len(question.right))}%"
        else:
            sign = f"~%-{_percent(wrong)}%"
        lines.append(f"\t{sign}{escaped(option.text.in_(language))}")
    lines.append(f"\t####{escaped(question.why.in_(language))}")
    return "\n".join([*lines, "}"])


def escaped(text: str) -> str:
    """A text in which nothing is taken for GIFT's own signs."""
    # A blank line would end the question.
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _percent(parts: int) -> str:
    return f"{100 / parts:.{_PRECISION}f}".rstrip("0").rstrip(".")
