"""A result as one self-contained HTML page, in the candidate's language."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.exam.results.result import Result
from grader.model.text import Bilingual, Language
from grader.report.guard_note import guard_note
from grader.report.parts import part_lines
from grader.report.timeline import timeline, trust_in
from grader.report.wording import (
    MARKS,
    moment_text,
    reasons,
    seconds_between,
    seconds_text,
    word,
    word_or_name,
)

TEMPLATE = "attempt.html.j2"
STYLE = "attempt.css"


def html_report(
    result: Result, *, templates: Path, language: Language | None = None, withheld: bool = False
) -> str:
    """The page.

    Args:
        result: What to report.
        templates: The folder `reports`.
        language: Instead of the candidate's own.
        withheld: Whether reasons and the audit log were taken out, because they are for the examiner.

    Every text of the result is escaped; the page loads nothing and runs nothing.
    """
    language = language or result.language
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(TEMPLATE).render(
        result=result,
        language=language.value,
        title=result.title.in_(language) or result.scenario,
        # Ours, from beside the template: the one text that must not be escaped.
        css=Markup((templates / STYLE).read_text(encoding="utf-8")),  # noqa: S704
        marks={verdict.value: sign for verdict, sign in MARKS.items()},
        percent=_percent(result.points, result.max_points),
        facts=facts(result, language),
        phases=_phases(result, language),
        trust=word("trust_graded" if result.candidate else "trust_practice", language),
        say=partial(word, language=language),
        text=partial(Bilingual.in_, language=language),
        reasons=partial(reasons, language=language),
        part_lines=partial(part_lines, language=language),
        guard_note=partial(guard_note, language=language),
        earned=result.earned,
        moment=moment_text,
        reasons_later=withheld,
        seconds=partial(seconds_text, language=language),
        timeline=timeline(result.audit, result.checks, language),
        # Where the candidate is not told of the log, nothing is said of it.
        log_trust=("", ()) if withheld else trust_in(result.audit, language),
    )


def facts(result: Result, language: Language) -> Sequence[tuple[str, str]]:
    """What is known of the attempt, as pairs of a name and a text."""
    used = seconds_between(result.started_at, result.submitted_at)
    time_used = "–" if used is None else seconds_text(used, language)
    known = [
        (word("candidate", language), result.candidate or word("practice", language)),
        (word("scenario", language), result.scenario),
        (word("began", language), moment_text(result.started_at)),
        (word("submitted", language), moment_text(result.submitted_at)),
        (word("time_used", language), f"{time_used} / {result.minutes} min"),
        (word("pass_mark", language), f"{result.pass_percent} %"),
        (word("seed", language), str(result.seed)),
        (word("provider", language), word_or_name("provider", result.provider, language)),
    ]
    if result.regraded_at:
        known.append((word("regraded", language), moment_text(result.regraded_at)))
    for earlier in result.earlier:
        outcome = word(f"outcome_{earlier.verdict.value}", language)
        name = f"{word('earlier', language)}, {moment_text(earlier.judged_at)}"
        known.append((name, f"{outcome}, {earlier.points} / {earlier.max_points}"))
    surroundings = [
        (word_or_name("runs_on", name, language), text.in_(language))
        for name, text in result.runs_on.items()
    ]
    return [*known, *surroundings]


def _percent(points: float, most: float) -> int:
    return round(100 * points / most) if most else 0


def _phases(result: Result, language: Language) -> Sequence[tuple[str, float, int]]:
    """Each phase's name, seconds, and share of the longest in percent."""
    longest = max(result.phases.values(), default=0.0)
    return [
        (word_or_name("phase", name, language), seconds, _percent(seconds, longest))
        for name, seconds in result.phases.items()
    ]
