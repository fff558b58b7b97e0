"""A cohort as one self-contained HTML page for the examiner; no candidate is named on it."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.model.certification import Outcome
from grader.model.cohort import BINS, Taken, distribution, items
from grader.model.question import Subject
from grader.model.text import Bilingual, Language
from grader.report.wording import seconds_text

TEMPLATE = "cohort.html.j2"
STYLE = "attempt.css"

_WORDS = {
    "title": Bilingual("Résultats de la cohorte", "The cohort’s results"),
    "exams": Bilingual("examens", "exams"),
    "passed": Bilingual("réussis", "passed"),
    "failed": Bilingual("non réussis", "not passed"),
    "review": Bilingual("à revoir", "to be reviewed"),
    "distribution": Bilingual("Répartition des scores", "Distribution of scores"),
    "tasks": Bilingual(
        "Les épreuves pratiques, la plus difficile d’abord", "The tasks, the most difficult first"
    ),
    "questions": Bilingual(
        "Les questions, la plus difficile d’abord", "The questions, the most difficult first"
    ),
    "item": Bilingual("Nom", "Name"),
    "solved": Bilingual("Points obtenus", "Points earned"),
    "discrimination": Bilingual("Discrimination", "Discrimination"),
    "time": Bilingual("Temps médian", "Median time"),
    "taken": Bilingual("Candidats", "Candidates"),
    "reading": Bilingual("Comment lire ces chiffres", "How to read these numbers"),
    "explained": Bilingual(
        "La discrimination est la corrélation entre un élément et le reste de l’examen : proche de 0, il ne distingue personne ; "
        "négative, les meilleurs y échouent plus que les autres, et l’élément est sans doute faux. Un tiret : trop peu de "
        "candidats, ou tous ont obtenu la même chose. Une épreuve encore à décider n’est pas comptée.",
        "Discrimination is the correlation between an item and the rest of the exam: near 0 it tells nobody apart; negative, "
        "the best fail it more than the others, and the item is probably wrong. A dash: too few candidates, or all earned the "
        "same. A task that is still to be decided is not counted.",
    ),
}


def cohort_html(cohort: Sequence[Taken], *, templates: Path, language: Language) -> str:
    """The page: distribution, and difficulty, discrimination and time of each task and question."""
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined
    )
    counts = distribution(cohort)
    step = 100 // BINS
    found = items(cohort)
    questions = [i for i in found if i.name.rpartition("-")[0] in set(Subject)]
    tasks = [i for i in found if i not in questions]
    return environment.get_template(TEMPLATE).render(
        language=language.value,
        # Ours, from beside the template: the one text that must not be escaped.
        css=Markup((templates / STYLE).read_text(encoding="utf-8")),  # noqa: S704
        total=len(cohort),
        outcomes={
            "passed": sum(t.outcome is Outcome.PASSED for t in cohort),
            "failed": sum(t.outcome is Outcome.FAILED for t in cohort),
            "review": sum(t.outcome is Outcome.NEEDS_REVIEW for t in cohort),
        },
        bins=[(step * n, step * (n + 1), count) for n, count in enumerate(counts)],
        most=max(*counts, 1),
        groups=[(_say("tasks", language), tasks), (_say("questions", language), questions)],
        say=partial(_say, language=language),
        seconds=partial(seconds_text, language=language),
    )


def _say(name: str, language: Language) -> str:
    return _WORDS[name].in_(language)
