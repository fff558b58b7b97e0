"""The words of the theory paper on the terminal."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from grader.model.text import Bilingual, Language

_WORDS = {
    "title": Bilingual("Examen théorique", "Theory paper"),
    "one": Bilingual("Une seule réponse", "One answer"),
    "several": Bilingual("Plusieurs réponses", "Several answers"),
    "left": Bilingual("restant", "left"),
    "keys": Bilingual(
        "1–5 choisir   ← → aller   r relire   q quitter : le temps continue",
        "1–5 choose   ← → go   r review   q leave: the time goes on",
    ),
    "review": Bilingual("Relecture", "Review"),
    "review_keys": Bilingual(
        "↑ ↓ ← → aller   Entrée ouvrir   h remettre la copie   q quitter",
        "↑ ↓ ← → go   Enter open   h hand in   q leave",
    ),
    "unanswered": Bilingual("sans réponse", "not answered"),
    "answered": Bilingual("Répondu", "Answered"),
    "sure": Bilingual(
        "Remettre la copie ? Plus rien ne pourra changer.",
        "Hand the paper in? Nothing can be changed after that.",
    ),
    "sure_open": Bilingual("Encore sans réponse", "Not answered yet"),
    "sure_keys": Bilingual("o oui, remettre   n non, revenir", "y yes, hand in   n no, go back"),
    "going_on": Bilingual("reprise de la copie", "going on with the paper"),
    "open": Bilingual(
        "la copie reste ouverte, et le temps continue ; il reste",
        "the paper stays open, its time goes on; still",
    ),
    "over": Bilingual("Le temps est écoulé : la copie est close.", "The time is over."),
    "passed": Bilingual("Réussi", "Passed"),
    "failed": Bilingual("Non réussi", "Not passed"),
    "mark": Bilingual("seuil", "pass mark"),
    "points": Bilingual("Points", "Points"),
    "right": Bilingual("Bonne réponse", "Right answer"),
    "yours": Bilingual("Votre réponse", "Your answer"),
    "guide": Bilingual("Guide", "Guide"),
    "nothing": Bilingual("aucune", "none"),
}


def say(key: str, language: Language) -> str:
    """A word or phrase."""
    return _WORDS[key].in_(language)


def minutes_text(seconds: float) -> str:
    """A time left, as minutes and seconds."""
    whole = max(int(seconds), 0)
    return f"{whole // 60}:{whole % 60:02}"
