"""Which attempt is meant: the one named, or the only one there is."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.attempt import STATE_WORDS, Attempt, AttemptState
from grader.model.errors import Code, GraderError, InFrench
from grader.model.text import Bilingual, Language

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings


def chosen(around: Surroundings, attempt_id: str | None) -> Attempt:
    """The attempt with this id; for None the only one that is not stopped.

    Raises:
        GraderError: attempt-unknown, with the attempts that there are.
    """
    attempts = [] if around.untouched else around.attempts.all()
    active = [a for a in attempts if a.state is not AttemptState.STOPPED]
    if attempt_id is not None:
        for attempt in attempts:
            if attempt.id == attempt_id:
                return attempt
        none = Bilingual(
            f"il n’y a pas de tentative {attempt_id!r}", f"there is no attempt {attempt_id!r}"
        )
        raise _unknown(none, active)
    if len(active) == 1:
        return active[0]
    raise _unknown(_SEVERAL if active else _NONE, active)


_SEVERAL = Bilingual(
    "il y a plusieurs tentatives ; dites laquelle", "there are several attempts; say which"
)
_NONE = Bilingual("il n’y a aucune tentative en ce moment", "there is no attempt now")


def _unknown(what: Bilingual, active: list[Attempt]) -> GraderError:
    hints = {language: _there_are(active, language) for language in Language}
    return GraderError(
        Code.ATTEMPT_UNKNOWN,
        what.en,
        hint=hints[Language.ENGLISH],
        french=InFrench(what.fr, hints[Language.FRENCH]),
    )


def _there_are(active: list[Attempt], language: Language) -> str:
    if not active:
        return Bilingual(
            "commencez-en une : grader start SCENARIO (grader scenarios les montre)",
            "begin one with: grader start SCENARIO (grader scenarios lists them)",
        ).in_(language)
    here = Bilingual("tentatives en ce moment : ", "attempts now: ").in_(language)
    return here + ", ".join(
        f"{a.id} ({a.scenario}, {STATE_WORDS[a.state].in_(language)})" for a in active
    )
