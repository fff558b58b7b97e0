"""What makes a question unfair: no clear answer, one that is twice there, one that its length gives away."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from grader.model.question import Question
from grader.model.text import Language

LENGTH_RATIO = 1.35
"""A right option may be longer, and shorter, than each wrong one by this much, or by `LENGTH_SLACK`."""
LENGTH_SLACK = 8
"""Characters of difference that nobody sees."""


def review(question: Question, others: Sequence[Question]) -> Iterator[str]:
    """What is wrong with a question, in words for its author.

    Args:
        question: The one to look at.
        others: The questions of the bank; itself may be among them.
    """
    right = len(question.right)
    if not question.multiple and right != 1:
        yield f"a single choice has one right option, not {right}"
    if question.multiple and not 2 <= right < len(question.options):  # noqa: PLR2004 - says itself
        yield f"a multiple choice has at least two right options and a wrong one, not {right} right"
    if not question.id.startswith(f"{question.subject.value}-"):
        yield f"the id must begin with {question.subject.value}-"
    for language in Language:
        yield from _in_language(question, others, language)


def _in_language(
    question: Question, others: Sequence[Question], language: Language
) -> Iterator[str]:
    texts = [_plain(option.text.in_(language)) for option in question.options]
    if len(set(texts)) < len(texts):
        yield f"two options are the same in {language.value}"
    asked = _plain(question.text.in_(language))
    for other in others:
        if other is question:
            continue
        if other.id == question.id:
            yield "its id is taken"
        if _plain(other.text.in_(language)) == asked:
            yield f"{other.id} asks the same in {language.value}"
    if not question.multiple and right_stands_out(question, language):
        yield f"the right option stands out by its length in {language.value}"


def right_stands_out(question: Question, language: Language) -> bool:
    """Whether the right option of a single choice is seen to be the longest or the shortest."""
    lengths = [len(option.text.in_(language)) for option in question.options]
    right = [lengths[place] for place in question.right]
    wrong = [length for place, length in enumerate(lengths) if place not in question.right]
    if not right or not wrong:
        return False
    return _longer(right[0], max(wrong)) or _longer(min(wrong), right[0])


def _longer(one: int, other: int) -> bool:
    return one > other * LENGTH_RATIO and one > other + LENGTH_SLACK


def _plain(text: str) -> str:
    """Without case, accents, blanks and marks: what looks the same to a reader in a hurry."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in bare if c.isalnum())
    # A command is all marks: two options that differ only there are two.
    return kept or text
