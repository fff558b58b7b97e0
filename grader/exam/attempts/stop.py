"""Ends attempts: sandbox, processes and files go; evidence and reports stay."""

from __future__ import annotations

import os
from dataclasses import dataclass
from shutil import rmtree
from typing import TYPE_CHECKING

from grader.exam.attempts.change import change_state
from grader.exam.owner import FILE, PATIENCE_S, Owner, at_work, owner_at_work
from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog
    from grader.sandbox.protocol import Provider

_NOT_ASKED_TO_END = ("submit", "stop")


def stop(
    around: Surroundings, attempt_id: str, log: PhaseLog, *, patience_s: float = PATIENCE_S
) -> Attempt:
    """End an attempt, whatever became of it; once stopped, stopping it again changes nothing.

    A `start` or `check` of it that is still at work in another process is asked to end (SIGTERM) and does its own
    cleanup; a `submit` or `stop` is waited for. Which, is said.

    Args:
        around: Where the attempt is.
        attempt_id: The attempt.
        log: Shows the phases.
        patience_s: How long another process is waited for.

    Raises:
        GraderError: attempt-unknown; attempt-state, where the other process does not end; sandbox-broken, where
            something of the sandbox can't be removed.
    """
    attempt = around.attempts.get(attempt_id)
    folder = around.folder_of(attempt_id)
    if attempt.state is AttemptState.STOPPED and not folder.exists():
        return attempt

    def end_or_wait(owner: Owner) -> bool:
        if owner.pid == os.getpid():
            return False
        if owner.doing in _NOT_ASKED_TO_END:
            around.say(owner.waited_for(attempt_id))
        else:
            around.say(f"asking process {owner.pid} ({owner.doing}) to end, and waiting for it")
            owner.ask_to_end()
        return True

    with at_work(folder, "stop", may_wait_for=end_or_wait, patience_s=patience_s):
        attempt = around.attempts.get(attempt_id)
        if attempt.state is AttemptState.STOPPED:
            # The process that was waited for has done it; only the folder of this lock is left.
            rmtree(folder, ignore_errors=True)
            return attempt
        return clear(around, attempt, around.provider_named(attempt.provider), log)


@dataclass(frozen=True)
class Stopped:
    """What `stop_all` came to: the attempts that it ended, and the errors of those that it could not."""

    attempts: Sequence[Attempt]
    errors: Sequence[GraderError]


def stop_all(around: Surroundings, log: PhaseLog) -> Stopped:
    """End every attempt that is not stopped, and remove folders that a crash left without an attempt."""
    stopped: list[Attempt] = []
    errors: list[GraderError] = []
    for attempt in [] if around.untouched else around.attempts.all():
        if attempt.state is AttemptState.STOPPED and not around.folder_of(attempt.id).exists():
            continue
        try:
            stopped.append(stop(around, attempt.id, log))
        except GraderError as error:
            errors.append(error)
    _sweep(around)
    return Stopped(stopped, errors)


def clear(around: Surroundings, attempt: Attempt, provider: Provider, log: PhaseLog) -> Attempt:
    """End an attempt's sandbox and remove its folder; the caller holds its lock."""
    folder = around.folder_of(attempt.id)
    change_state(around, attempt.id, AttemptState.STOPPING)
    provider.stop(attempt.id, folder, log)
    left = provider.remains(attempt.id, folder).found
    if left:
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"something of the sandbox could not be removed: {', '.join(left)}",
            where=f"attempt {attempt.id}",
            hint=f"try again: grader stop {attempt.id}",
        )
    # The lock's file goes last: whoever waits for it must find the attempt stopped, not half-way there.
    _empty(folder)
    stopped = change_state(around, attempt.id, AttemptState.STOPPED)
    rmtree(folder, ignore_errors=True)
    return stopped


def _empty(folder: Path) -> None:
    """Remove all that is in the attempt's folder but its lock."""
    try:
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                rmtree(path)
            elif path.name != FILE:
                path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"the attempt's folder can't be removed: {error}",
            where=str(folder),
            hint=f"remove it: rm -r {folder}",
        ) from error


def _sweep(around: Surroundings) -> None:
    """Remove the folder of a start that died before it wrote its row: it had started nothing yet."""
    parent = around.folder_of("any").parent
    for folder in parent.iterdir() if parent.is_dir() else ():
        contents = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
        if contents <= {FILE} and owner_at_work(folder) is None:
            rmtree(folder, ignore_errors=True)
