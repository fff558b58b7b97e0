"""What a candidate of a session is told."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from grader.model.text import Bilingual, Language

_WORDS = {
    "welcome": Bilingual(
        "{title} – {name}, vous avez rejoint l’examen dans ce terminal.",
        "{title} – {name}, this terminal has joined the exam.",
    ),
    "tasks": Bilingual(
        "Partie pratique : {count} tâches, {minutes} min en tout.",
        "Practical part: {count} tasks, {minutes} min in all.",
    ),
    "theory_open": Bilingual(
        "Partie théorique : avant la première tâche ou après la dernière, avec grader theory.",
        "Theory paper: before the first task or after the last one, with grader theory.",
    ),
    "sure": Bilingual(
        "Commencer la tâche {place} ({minutes} min) ? Le temps part dès que l’environnement est prêt.",
        "Begin task {place} ({minutes} min)? Its time starts as soon as the sandbox is ready.",
    ),
    "begun": Bilingual(
        "Tâche {place} sur {count} : {title}. Le temps court.",
        "Task {place} of {count}: {title}. The clock runs.",
    ),
    "left": Bilingual(
        "Temps restant : {task} pour cette tâche, {whole} pour toute la partie pratique.",
        "Time left: {task} for this task, {whole} for the whole practical part.",
    ),
    "left_whole": Bilingual(
        "Temps restant pour la partie pratique : {whole}.",
        "Time left for the practical part: {whole}.",
    ),
    "stands": Bilingual(
        "L’horloge est arrêtée ({why}).",
        "The clock stands ({why}).",
    ),
    "paused": Bilingual("pause", "paused"),
    "halted": Bilingual(
        "panne de notre côté, le temps n’est pas perdu", "our fault, no time is lost"
    ),
    "judging": Bilingual("correction en cours", "judging"),
    "over": Bilingual(
        "La partie pratique est terminée.",
        "The practical part is over.",
    ),
    "finished": Bilingual("L’examen est terminé.", "The exam is finished."),
    "waiting": Bilingual("La première tâche n’est pas commencée.", "The first task is not begun."),
    "warning": Bilingual(
        "Il reste {minutes} min pour cette tâche.",
        "{minutes} min left for this task.",
    ),
    "time_over": Bilingual(
        "Le temps est écoulé : le travail est corrigé tel qu’il est.",
        "Time is over: the work is judged as it is.",
    ),
    "more_time": Bilingual(
        "L’examinateur vous a donné du temps : il reste {task}.",
        "The examiner gave you time: {task} left.",
    ),
    "clock_stands": Bilingual("L’horloge est arrêtée.", "The clock stands."),
    "clock_goes": Bilingual(
        "L’horloge repart : il reste {task}.",
        "The clock goes on: {task} left.",
    ),
}


def say(key: str, language: Language, **parts: str | int) -> str:
    """A sentence for a candidate."""
    return _WORDS[key].in_(language).format(**parts)
