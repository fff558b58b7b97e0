"""A whole exam as one self-contained HTML page: the signed result, and what was recorded when each task was judged."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.exam.results.result import Result
from grader.model.decimal_text import decimal_text
from grader.model.question import SUBJECT_TITLES, Subject
from grader.model.text import Bilingual, Language
from grader.report.exam_tasks import exam_tasks
from grader.report.wording import MARKS, WORDS, seconds_text

TEMPLATE = "exam.html.j2"
STYLE = "attempt.css"

_WORDS = WORDS | {
    "exam_report": Bilingual("Résultat de l’examen", "Exam result"),
    "exam_parts": Bilingual("Les deux épreuves", "The two parts"),
    "exam_part": Bilingual("Épreuve", "Part"),
    "exam_weight": Bilingual("Poids", "Weight"),
    "exam_theory": Bilingual("Théorie", "Theory"),
    "exam_practical": Bilingual("Pratique", "Practice"),
    "exam_subject": Bilingual("Sujet", "Subject"),
    "exam_open": Bilingual("à décider", "to be decided"),
    "exam_decided": Bilingual("Décision de", "Decided by"),
    "exam_trust": Bilingual(
        "Le résultat est signé : un seul octet changé se voit, sans réseau. La signature dit qui l’a produit, "
        "et vaut ce que vaut la garde de la machine et de sa clé.",
        "The result is signed: one changed byte is noticed, without a network. The signature says who made it, "
        "and is worth as much as the custody of the machine and its key.",
    ),
    "exam_key": Bilingual("clé", "key"),
}
_OUTCOMES = {
    "passed": ("passed", "✓", Bilingual("Réussi", "Passed")),
    "failed": ("failed", "✗", Bilingual("Non réussi", "Not passed")),
    "needs-review": ("error", "!", Bilingual("À revoir par l’examinateur", "Needs review")),
}


def exam_html(
    stated: Mapping[str, Any],
    results: Mapping[str, Result],
    *,
    name: str,
    key: str,
    templates: Path,
    language: Language,
) -> str:
    """The page. Outcomes and points are those that were signed.

    Args:
        stated: What was signed (`grader.exam.results.result_document`).
        results: What the judging of each attempt recorded, by its id; the signed document has no room for it.
        name: The candidate's; the signed document has a digest of it only.
        key: The id of the key that signed.
        templates: The folder `reports`.
        language: French or English.

    Every text is escaped; the page loads nothing and runs nothing.
    """
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined
    )
    outcome, mark, outcome_text = _OUTCOMES[stated["outcome"]]
    return environment.get_template(TEMPLATE).render(
        stated=stated,
        name=name,
        key=key,
        language=language.value,
        # Ours, from beside the template: the one text that must not be escaped.
        css=Markup((templates / STYLE).read_text(encoding="utf-8")),  # noqa: S704
        outcome=outcome,
        mark=mark,
        outcome_text=outcome_text.in_(language),
        marks={verdict.value: sign for verdict, sign in MARKS.items()},
        parts=[
            (_WORDS[f"exam_{part}"].in_(language), stated[part], _used(stated[part], language))
            for part in ("theory", "practical")
        ],
        tasks=exam_tasks(stated["practical"]["tasks"], results, language),
        subjects=_subjects(stated, language),
        say=partial(_say, language=language),
        text=partial(Bilingual.in_, language=language),
        number=partial(_number, language=language),
        width=_width,
    )


def _subjects(stated: Mapping[str, Any], language: Language) -> list[tuple[str, str, int]]:
    """Each subject's title, points and number of questions; a question's id begins with its subject."""
    questions = stated["theory"]["questions"]
    found = []
    for subject in Subject:
        points = [
            Fraction(q["points"]) for q in questions if q["id"].startswith(f"{subject.value}-")
        ]
        if points:
            title = SUBJECT_TITLES[subject].in_(language)
            found.append((title, str(sum(points, Fraction(0))), len(points)))
    return found


def _used(part: Mapping[str, Any], language: Language) -> str:
    """The time that a part took: its own, or that of its tasks as far as it is known."""
    times = [task["used_s"] for task in part["tasks"]] if "tasks" in part else [part["used_s"]]
    known = [seconds for seconds in times if seconds is not None]
    return seconds_text(sum(known), language) if known else "–"


def _say(name: str, language: Language) -> str:
    return _WORDS[name].in_(language)


def _number(text: str, language: Language) -> str:
    number = decimal_text(Fraction(text))
    return number.replace(".", ",") if language is Language.FRENCH else number


def _width(text: str) -> int:
    return min(max(round(Fraction(text)), 0), 100)
