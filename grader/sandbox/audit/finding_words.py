"""What exactly is missing of a log, in French and English: candidates who practise read it in their report."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from collections.abc import Sequence

from grader.model.text import Bilingual

NO_CHAIN = Bilingual("il n’y a pas de chaîne d’audit", "there is no audit chain")
NO_RECORDER = Bilingual("le relevé ne tourne pas", "the recorder does not run")
NEW_START = Bilingual("après un redémarrage de la machine", "after the machine started anew")
ANOTHER_FILE = Bilingual(
    "ce n’est pas le fichier qui a été relevé", "it is not the file that was recorded"
)


def silent(seconds: float) -> Bilingual:
    """How long nothing was recorded before a new beginning."""
    return Bilingual(f"après {_french(seconds)} s de silence", f"after {seconds:.1f} s of silence")


def nothing_for(seconds: float) -> Bilingual:
    """How long nothing was recorded in between."""
    return Bilingual(
        f"rien n’a été relevé pendant {_french(seconds)} s",
        f"nothing was recorded for {seconds:.1f} s",
    )


def nothing_to_the_end(seconds: float) -> Bilingual:
    """How long nothing was recorded before now."""
    said = nothing_for(seconds)
    return Bilingual(f"{said.fr}, jusqu’à la fin", f"{said.en}, up to the end")


def unreadable(why: str) -> Bilingual:
    """That the log itself is out of reach."""
    return Bilingual(f"le journal est illisible : {why}", f"the log can't be read: {why}")


def shorter(recorded: int, there: int) -> Bilingual:
    """That the log has less than was recorded of it."""
    return Bilingual(
        f"{recorded} octets avaient été relevés, il y en a {there}",
        f"{recorded} bytes had been recorded, {there} are there",
    )


def not_in_chain(count: int, names: Sequence[str]) -> Bilingual:
    """Lines that the chain lacks; names of the first of them."""
    ids = ", ".join(names)
    return Bilingual(
        f"lignes du journal absentes de la chaîne : {count} ({ids})",
        f"{count} lines of the log are not in the chain: {ids}",
    )


def _french(seconds: float) -> str:
    return f"{seconds:.1f}".replace(".", ",")
