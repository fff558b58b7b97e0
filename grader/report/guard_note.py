"""What is said beside a guard: that it is one, and why it may earn less than it is worth."""

from __future__ import annotations

from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from grader.report.wording import word


def guard_note(check: CheckResult, earned: int, language: Language) -> str:
    """A few words in parentheses' style, without the parentheses; "" for an objective check.

    Args:
        check: The check.
        earned: What it earned among the others.
        language: What the reader reads.
    """
    if not check.guard:
        return ""
    notes = [word("guard", language)]
    if check.verdict is Verdict.PASSED and earned < check.points:
        notes.append(word("guard_share", language))
    return ", ".join(notes)
