"""Which evidence is meant: an attempt's, a file, or all files of a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.exam.surroundings import Surroundings
    from grader.model.attempt import Attempt
    from grader.model.session import Seat
    from grader.store.submissions import Receipt

_NAME = re.compile(r"[0-9a-f]{64}\.json\.gz")


@dataclass(frozen=True)
class EvidenceFile:
    """An evidence file and, where it is of this machine, whose it is.

    Attributes:
        path: The file.
        scenarios: The folder of scenarios that it is to be judged by.
        attempt: The attempt that it was recorded for; None where this machine knows none.
        receipt: What was made of it there.
    """

    path: Path
    scenarios: Path
    attempt: Attempt | None = None
    receipt: Receipt | None = None


def evidence_files(
    around: Surroundings, words: Sequence[str], scenarios: Path | None = None
) -> Sequence[EvidenceFile]:
    """The evidence that the words name, each file once.

    Args:
        around: Where attempts are known.
        words: Ids of attempts, of sessions, codes of candidates' exams (those stand for their judged tasks), paths
            of evidence files, and paths of folders that hold some.
        scenarios: The folder of scenarios to judge by; None: each attempt's own.

    Raises:
        GraderError: usage, where a word is neither; attempt-state, where an attempt has no evidence.
    """
    found: dict[Path, EvidenceFile] = {}
    for word in words:
        for file in _named(around, word, scenarios):
            found.setdefault(file.path.resolve(), file)
    return tuple(found.values())


def all_evidence(around: Surroundings, scenarios: Path | None = None) -> Sequence[EvidenceFile]:
    """The evidence of every attempt on this machine that has a result, the oldest attempt first."""
    attempts = [] if around.untouched else around.attempts.all()
    found = [_of_attempt(around, attempt, scenarios) for attempt in reversed(attempts)]
    return [file for file in found if file is not None]


def _named(around: Surroundings, word: str, scenarios: Path | None) -> Iterator[EvidenceFile]:
    path = Path(word)
    attempt = _attempt(around, word)
    if attempt is not None:
        file = _of_attempt(around, attempt, scenarios)
        if file is None:
            raise GraderError(
                Code.ATTEMPT_STATE,
                f"attempt {word} has no evidence to judge again: it was never submitted",
                hint=f"grader status {word}",
            )
        yield file
    elif seats := _seats(around, word):
        judged = [task.attempt for seat in seats for task in seat.tasks if task.attempt]
        found = [_of_attempt(around, around.attempts.get(name), scenarios) for name in judged]
        if not any(found):
            raise GraderError(
                Code.ATTEMPT_STATE,
                f"nothing of {word} has evidence to judge again: no task was handed in",
                hint=f"grader exam status {word}",
            )
        yield from (file for file in found if file)
    elif word and path.is_dir():
        files = sorted(file for file in path.rglob("*.json.gz") if _NAME.fullmatch(file.name))
        if not files:
            raise GraderError(
                Code.USAGE,
                "there is no evidence in this folder",
                where=str(path),
                hint="evidence is called <sha256>.json.gz",
            )
        yield from (_of_file(around, file, scenarios) for file in files)
    elif "/" in word or (word and path.exists()) or word.endswith(".gz"):
        # A missing file is told as any other that can't be read, beside the results of the others.
        yield _of_file(around, path, scenarios)
    else:
        raise GraderError(
            Code.USAGE,
            f"{word!r} is neither an attempt, a session, an exam's code nor an evidence file",
            hint="grader status --all lists the attempts, grader exam list --all the sessions; "
            "evidence is called <sha256>.json.gz",
        )


def _seats(around: Surroundings, word: str) -> Sequence[Seat]:
    """Those of a session, or the one that has this code."""
    if around.untouched:
        return []
    seat = around.sessions.find_seat(word)
    return [seat] if seat else around.sessions.seats(word)


def _attempt(around: Surroundings, word: str) -> Attempt | None:
    if around.untouched or not around.attempts.exists(word):
        return None
    return around.attempts.get(word)


def _of_attempt(
    around: Surroundings, attempt: Attempt, scenarios: Path | None
) -> EvidenceFile | None:
    receipts = [r for r in around.submissions.all(attempt.id) if r.evidence_digest]
    if not receipts:
        return None
    receipt = next((r for r in receipts if r.final), receipts[-1])
    path = Path(receipt.evidence_path)
    if not path.exists():
        # The home was moved: the results lie in it as they did.
        path = around.results_of(attempt.id) / path.name
    return EvidenceFile(path, _scenarios_of(around, attempt, scenarios), attempt, receipt)


def _of_file(around: Surroundings, path: Path, scenarios: Path | None) -> EvidenceFile:
    receipt = None
    if not around.untouched and _NAME.fullmatch(path.name):
        receipt = around.submissions.by_evidence(f"sha256:{path.name.split('.')[0]}")
    if receipt is None:
        return EvidenceFile(path, scenarios or around.scenarios)
    attempt = around.attempts.get(receipt.attempt)
    return EvidenceFile(path, _scenarios_of(around, attempt, scenarios), attempt, receipt)


def _scenarios_of(around: Surroundings, attempt: Attempt, scenarios: Path | None) -> Path:
    own = Path(attempt.scenarios_folder) if attempt.scenarios_folder else around.scenarios
    return scenarios or own
