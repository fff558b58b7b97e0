"""The error of a sandbox that is not there any more, whatever ran it."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from grader.model.errors import Code, GraderError, InFrench
from grader.model.text import Bilingual


def sandbox_gone(attempt: str, why: Bilingual) -> GraderError:
    """The error `sandbox-gone`, with what clears the rest of it."""
    return GraderError(
        Code.SANDBOX_GONE,
        f"the sandbox of attempt {attempt} is gone: {why.en}",
        where=attempt,
        hint=f"clear what is left and begin anew: grader stop {attempt}",
        french=InFrench(
            f"l’environnement de la tentative {attempt} a disparu : {why.fr}",
            f"effacez ce qui en reste et recommencez : grader stop {attempt}",
        ),
    )
