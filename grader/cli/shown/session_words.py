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
    # Also said in the open shell: closing it would lose what is not saved, so work in a pause is asked not to be done.
    "paused": Bilingual(
        "Pause : l’horloge est arrêtée, aucun temps n’est perdu. Votre terminal reste ouvert, mais n’y travaillez pas "
        "avant la reprise : ce qui change dans le cluster pendant la pause est journalisé.",
        "Pause: the clock stands, no time is lost. Your shell stays open, but do no work in it until it goes on: "
        "what changes in the cluster during the pause is logged.",
    ),
    "halted": Bilingual(
        "Panne de notre côté : l’horloge est arrêtée, aucun temps n’est perdu. Votre terminal reste ouvert ; "
        "attendez que l’horloge reparte.",
        "Our fault: the clock stands, no time is lost. Your shell stays open; wait until the clock goes on.",
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
    "clock_goes": Bilingual(
        "L’horloge repart : il reste {task}.",
        "The clock goes on: {task} left.",
    ),
}


def say(key: str, language: Language, **parts: str | int) -> str:
    """A sentence for a candidate."""
    return _WORDS[key].in_(language).format(**parts)
