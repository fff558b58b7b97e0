"""Keeps the sandbox as the candidate found it, until the attempt is judged."""

from __future__ import annotations

from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.model.observation import Observation

FILE = "baseline.json.gz"


def save_baseline(baseline: Observation, folder: Path) -> None:
    """Write the baseline into an attempt's folder."""
    from grader.judging.recording import observation_to_json, pack  # noqa: PLC0415 - not for status

    _text, packed = pack(observation_to_json(baseline))
    (folder / FILE).write_bytes(packed)


def load_baseline(folder: Path) -> Observation:
    """The baseline in an attempt's folder. Raises GraderError judging-failed where it can't be read."""
    from grader.judging.recording import observation_from_json, unpack  # noqa: PLC0415 - as above

    file = folder / FILE
    try:
        _text, data = unpack(file.read_bytes())
        return observation_from_json(data)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise GraderError(
            Code.JUDGING_FAILED,
            f"the attempt's baseline can't be read: {error}",
            where=str(file),
            hint="this attempt can't be judged; begin anew with grader start",
        ) from error
