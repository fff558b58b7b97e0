"""The processes beside a session: the one that keeps its time, and those that do its work.

python -m grader.exam.sessions.processes SESSION             keeps the time
python -m grader.exam.sessions.processes SESSION JOB CODE    does one job for a seat
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.owner import at_work, owner_at_work
from grader.exam.surroundings import SESSIONS
from grader.model.errors import GraderError
from grader.sandbox.process import detached
from grader.sandbox.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.sessions.keeper import Job
    from grader.exam.surroundings import Surroundings

_MODULE = "grader.exam.sessions.processes"
_PAUSE_S = 1.0
_LONGEST_S = 7 * 24 * 3600.0


def keep(home: Path, session_id: str) -> None:
    """Have a process keep the session's time; one that does so already is left alone."""
    folder = home / SESSIONS / session_id
    if owner_at_work(folder) is None:
        _spawn(folder, [session_id])


def main(words: Sequence[str], around: Surroundings) -> int:
    """What such a process does."""
    session, *job = words
    folder = around.folder_of_session(session)
    if job:
        return do(around, *job)
    from grader.exam.sessions.answering import answering  # noqa: PLC0415 - a job needs none of it
    from grader.exam.sessions.keeper import Keeper  # noqa: PLC0415 - as above

    def start_job(what: str, code: str) -> Job:
        return _spawn(folder, [session, what, code])

    try:
        with at_work(folder, "keep"), answering(around, session):
            keeper = Keeper(around, session, start_job)
            wait_until(lambda: not keeper.look(), timeout_s=_LONGEST_S, pause_s=_PAUSE_S)
    except GraderError as error:
        around.say(str(error))
        return int(error.code.exit_code)
    return 0


def do(around: Surroundings, what: str, code: str) -> int:
    """One job for a seat: prepare, close, judge or clear."""
    from grader.exam.sessions.control import end_sandboxes  # noqa: PLC0415 - as above
    from grader.exam.sessions.hand_in import close_due  # noqa: PLC0415 - as above
    from grader.exam.sessions.prepare import prepare_next  # noqa: PLC0415 - as above
    from grader.model.phase import PhaseLog  # noqa: PLC0415 - as above

    log = PhaseLog()
    try:
        match what:
            case "prepare":
                prepare_next(around, code, log)
            case "clear":
                end_sandboxes(around, around.sessions.seat(code), log)
            case _:
                close_due(around, code, log)
    except GraderError as error:
        around.say(f"{what} {code}: {error}")
        return int(error.code.exit_code)
    return 0


def _spawn(folder: Path, words: Sequence[str]) -> Job:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = Path(__file__).resolve().parents[3]
    argv = [sys.executable, "-m", _MODULE, *words]
    return detached(argv, {"PYTHONPATH": str(root)}, folder / "log")


def _say(message: str) -> None:
    from grader.exam.identity import now  # noqa: PLC0415 - as above

    sys.stderr.write(f"{now()} {message}\n")


if __name__ == "__main__":
    from grader.exam.real import real_surroundings

    sys.exit(main(sys.argv[1:], real_surroundings(_say)))
