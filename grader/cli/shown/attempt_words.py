"""What the commands of an attempt say around statements and results, in French and English."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from grader.model.attempt import STATE_WORDS
from grader.model.text import Bilingual, Language

_WORDS = {
    "before": Bilingual(
        "la tentative {attempt} a déjà été remise ; voici ce qu’elle a donné",
        "attempt {attempt} was submitted before; this is what it came to",
    ),
    "no_report": Bilingual(
        "le résultat compte, mais son rapport ne peut pas être écrit : {error}",
        "the result counts, but its report can't be written: {error}",
    ),
    "report": Bilingual("rapport : {file}", "report: {file}"),
    "submission": Bilingual("remise : {file}", "submission: {file}"),
    "back": Bilingual(
        "la tentative {attempt} est revenue à son départ",
        "attempt {attempt} is back at its start",
    ),
    "started": Bilingual("la tentative {attempt} est prête", "attempt {attempt} is ready"),
    "ended": Bilingual("la tentative {attempt} est arrêtée", "attempt {attempt} is stopped"),
    "kept": Bilingual("gardé : {place}", "kept: {place}"),
    "nothing_to_end": Bilingual("il n’y avait rien à arrêter", "there was nothing to stop"),
    "nothing": Bilingual("aucune tentative en ce moment", "no attempt now"),
    "attempt": Bilingual("tentative", "attempt"),
    "scenario": Bilingual("scénario", "scenario"),
    "seed": Bilingual("{scenario}, graine {seed}", "{scenario}, seed {seed}"),
    "candidate": Bilingual("candidat", "candidate"),
    "practice": Bilingual("entraînement", "practice"),
    "state": Bilingual("état", "state"),
    "points": Bilingual("points", "points"),
    "began": Bilingual("début (UTC)", "began (UTC)"),
    "at_work": Bilingual("au travail", "at work"),
    "process": Bilingual("{doing}, processus {pid}", "{doing}, process {pid}"),
    "sandbox": Bilingual("bac à sable", "sandbox"),
    "here": Bilingual("sur cette machine", "on this machine"),
    "empty": Bilingual("rien", "nothing"),
    "note": Bilingual("remarque", "note"),
    "noted": Bilingual("{attempt} : {note}", "{attempt}: {note}"),
    "result": Bilingual("résultat", "result"),
    "earned": Bilingual("{verdict}, {points} points", "{verdict}, {points} points"),
    "left": Bilingual(
        "{attempt} ({state}) ; il en reste sur cette machine :",
        "{attempt} is {state}; left on this machine:",
    ),
    "left_nothing": Bilingual("rien de son bac à sable", "nothing of its sandbox"),
    "not_running": Bilingual("{thing} (ne tourne pas)", "{thing} (does not run)"),
    "unseen": Bilingual(
        "{attempt} : ce qui en reste n’est pas visible : {why}",
        "{attempt}: what is left of it can't be seen: {why}",
    ),
    **{state.value: word for state, word in STATE_WORDS.items()},
    "interrupted": Bilingual("interrompue", "interrupted"),
    "gone": Bilingual("disparue", "gone"),
}


def say(key: str, language: Language, **parts: object) -> str:
    """A word or a sentence; a state's word by its name."""
    return _WORDS[key].in_(language).format(**parts)
