"""Who changed what and when each check became true, as lines that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.audit import AuditExtract, AuditWrite
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from grader.report.wording import moment_text, word, word_or_name


@dataclass(frozen=True)
class TimelineLine:
    """One request, or a check that became true.

    Attributes:
        moment: When it came.
        who: The user and the program; "" of a check.
        what: The request, with the object; the check's title.
        changed: The places that it wrote; "" where it does not say.
        answer: "" where it took effect, else that it did not and with what status.
    """

    moment: str
    who: str
    what: str
    changed: str
    answer: str


def timeline(
    extract: AuditExtract | None, checks: Sequence[CheckResult], language: Language
) -> Sequence[TimelineLine]:
    """The requests of an extract, and the objective checks by when they became true, the oldest first.

    Nothing that such a check looks at has changed after that: it became true at the latest then. One that looks at
    files of the workstation alone, whose changes nobody records, is not among them. Of the same second a request comes
    before what it brought about.
    """
    if extract is None:
        return []
    requests = [(_second(write.at), False, _line(write, language)) for write in extract.writes]
    became = [
        (_second(check.unchanged_since), True, _became(check, language))
        for check in checks
        if check.unchanged_since and not check.guard and check.verdict is Verdict.PASSED
    ]
    return [line for *_, line in sorted([*requests, *became], key=lambda entry: entry[:2])]


def _second(moment: str) -> str:
    """An RFC 3339 time in UTC without the fraction, which only some of them have."""
    return moment.removesuffix("Z").partition(".")[0]


def _became(check: CheckResult, language: Language) -> TimelineLine:
    title = check.title.in_(language) or check.id
    return TimelineLine(
        moment_text(check.unchanged_since), "", title, word("became_true", language), ""
    )


def trust_in(extract: AuditExtract | None, language: Language) -> tuple[str, Sequence[str]]:
    """What can be said of the log: a sentence, and what is missing of it, if anything."""
    if extract is None:
        return word("audit_unknown", language), ()
    if not extract.findings:
        return word("audit_whole", language), ()
    lines = []
    for finding in extract.findings:
        name = word_or_name("audit", finding.kind, language)
        parts = [moment_text(finding.at)] if finding.at else []
        detail = finding.detail_in(language)
        lines.append(" · ".join([*parts, name, *([detail] if detail else [])]))
    return word("audit_findings", language), lines


def _line(write: AuditWrite, language: Language) -> TimelineLine:
    place = f"{write.namespace}/{write.name}" if write.namespace and write.name else ""
    what = write.what.replace(f" {write.name}", f" {place}") if place else write.what
    answer = ""
    if write.dry_run:
        answer = word("dry_run", language)
    elif not write.done and write.code >= 400:  # noqa: PLR2004 - HTTP's errors
        answer = f"{word('refused', language)} ({write.code})"
    who = f"{write.user} · {write.agent}" if write.agent else write.user
    return TimelineLine(moment_text(write.at), who, what, ", ".join(write.changed), answer)
