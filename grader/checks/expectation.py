"""The one way for a check to fail: what was expected, what was seen, where, and why it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.checks.wording import in_words, shown
from grader.model.text import Bilingual
from grader.model.verdict import Finding


@dataclass(frozen=True)
class Matcher:
    """What a value has to be.

    Attributes:
        expected: Says it, in both languages.
        accepts: Decides it, of a value.
    """

    expected: Bilingual
    accepts: Callable[[Any], bool]


class CheckFailed(Exception):  # noqa: N818 - not an error of the program but a verdict on the work
    """The work is not what the check demands.

    Args:
        finding: What a candidate is told.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding

    def __str__(self) -> str:
        finding = self.finding
        return (
            f"expected: {finding.expected.en}\n"
            f"seen:     {finding.seen.en}\n"
            f"where:    {finding.where}\n"
            f"why:      {finding.why.en}"
        )


class CannotJudge(Exception):  # noqa: N818 - a verdict too: error, our fault
    """The observation does not allow a verdict: our fault, never the candidate's."""


class NotDeclared(CannotJudge):
    """The check asks for something that it does not declare."""


class NotSeen(CannotJudge):
    """Something that the check needs could not be observed; the next look may see it."""


class NoBaseline(CannotJudge):
    """What was there before the candidate began is not, or not wholly, known."""


def expect(seen: Any, matcher: Matcher, *, where: str, fr: str, en: str) -> None:
    """Fail the check unless `seen` is what `matcher` asks for.

        expect(
            deployment.replicas, equal_to(2), where=deployment.where("spec.replicas"),
            fr="Avec un seul pod, une panne coupe le service.",
            en="With a single pod, one failure takes the service down.",
        )

    Args:
        seen: What was observed.
        matcher: What it has to be; see `grader.checks.matchers`.
        where: The object and the path in it, the address, or the file.
        fr: Why it matters, in French.
        en: Why it matters, in English.

    Raises:
        CheckFailed: It is not.
    """
    if not matcher.accepts(seen):
        fail(matcher.expected, seen, where=where, fr=fr, en=en)


def fail(expected: Any, seen: Any, *, where: str, fr: str, en: str) -> NoReturn:
    """Fail the check outright, where no matcher says it well; the arguments are those of `expect`."""
    raise CheckFailed(
        Finding(in_words(expected), in_words(seen), shown(where), Bilingual(fr, en)),
    )
