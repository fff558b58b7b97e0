"""The error of a step that a candidate's exam does not allow, in both languages."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from grader.model.errors import Code, GraderError, InFrench
from grader.model.session import Seat, SeatState
from grader.model.text import Bilingual

SEAT_WORDS = {
    SeatState.WAITING: Bilingual("pas commencé", "waiting"),
    SeatState.WORKING: Bilingual("en cours", "working"),
    SeatState.PAUSED: Bilingual("en pause", "paused"),
    SeatState.HALTED: Bilingual("arrêté par une panne de notre côté", "halted"),
    SeatState.OVER: Bilingual("partie pratique terminée", "over"),
    SeatState.FINISHED: Bilingual("terminé", "finished"),
}
"""What a person reads of a state."""


def refusal(seat: Seat, why: Bilingual, hint: str = "") -> GraderError:
    """The error of a step that does not fit, with the command that can be typed instead."""
    possible, stands = _POSSIBLE[seat.state], SEAT_WORDS[seat.state]
    return GraderError(
        Code.SESSION_STATE,
        f"the exam {seat.code} is {stands.en}: {why.en}",
        where=f"exam {seat.code}",
        hint=hint or possible.en.format(code=seat.code),
        french=InFrench(
            f"l’examen {seat.code} ({stands.fr}) : {why.fr}",
            hint or possible.fr.format(code=seat.code),
        ),
    )


_POSSIBLE = {
    SeatState.WAITING: Bilingual(
        "le candidat commence avec : grader exam join {code}",
        "the candidate begins with: grader exam join {code}",
    ),
    SeatState.WORKING: Bilingual(
        "grader exam status {code} montre où il en est",
        "grader exam status {code} shows how it stands",
    ),
    SeatState.PAUSED: Bilingual(
        "l’examinateur le fait reprendre avec : grader exam resume {code}",
        "the examiner lets it go on with: grader exam resume {code}",
    ),
    SeatState.HALTED: Bilingual(
        "l’examinateur le fait reprendre avec : grader exam resume {code}",
        "the examiner lets it go on with: grader exam resume {code}",
    ),
    SeatState.OVER: Bilingual(
        "l’examinateur le termine avec : grader exam finish {code}",
        "the examiner ends it with: grader exam finish {code}",
    ),
    SeatState.FINISHED: Bilingual(
        "grader exam status {code} montre comment il s’est terminé",
        "grader exam status {code} shows how it ended",
    ),
}
