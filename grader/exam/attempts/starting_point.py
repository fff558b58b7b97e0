"""Keeps the sandbox as it was before the candidate began, until the attempt is judged."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from pathlib import Path

from grader.model.errors import Code, GraderError, InFrench
from grader.model.observation import StartingPoint

FILE = "starting-point.json.gz"


def save_starting_point(start: StartingPoint, folder: Path) -> None:
    """Write it into an attempt's folder."""
    from grader.judging.recorded.recording import pack, starting_point_to_json  # noqa: PLC0415 - not for status

    _text, packed = pack(starting_point_to_json(start))
    (folder / FILE).write_bytes(packed)


def load_starting_point(folder: Path) -> StartingPoint:
    """Read it from an attempt's folder. Raises GraderError judging-failed where it can't be read."""
    from grader.judging.recorded.recording import starting_point_from_json, unpack  # noqa: PLC0415 - as above

    file = folder / FILE
    try:
        _text, data = unpack(file.read_bytes())
        return starting_point_from_json(data)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise GraderError(
            Code.JUDGING_FAILED,
            f"what the sandbox was like before the candidate began can't be read: {error}",
            where=str(file),
            hint="this attempt can't be judged; begin anew with grader start",
            french=InFrench(
                f"ce qu’était l’environnement avant le début n’est pas lisible : {error}",
                "cette tentative ne peut pas être corrigée ; recommencez avec grader start",
            ),
        ) from error
