"""Judges many evidence files again at once, a few at a time on every processor.

pytest takes a whole process for itself while it runs, so the work is spread over processes. They start from a
clean one (not a fork of this one, which has threads), judge file after file, and end when this process ends,
however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

from grader.judging.rejudge import rejudge
from grader.model.errors import Code, GraderError
from grader.model.rejudgement import Rejudgement

Outcome = Rejudgement | GraderError
Task = tuple[Path, Path]
"""An evidence file and the folder of scenarios to judge it by."""

_FEW = 2
"""So many files are judged sooner here than another process has started."""


def rejudge_many(tasks: Sequence[Task], *, workers: int | None = None) -> Iterator[Outcome]:
    """Judge evidence files again.

    Args:
        tasks: The files, each with the folder of its scenarios.
        workers: How many processes; by default one for each processor that may be used.

    Yields:
        For each task, in the tasks' order, what came of it; an error where it can't be judged.
    """
    workers = min(workers or len(os.sched_getaffinity(0)), len(tasks))
    if len(tasks) <= _FEW or workers <= 1:
        yield from (_outcome(task) for task in tasks)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("forkserver"), initializer=_begin
    )
    try:
        yield from _in_order(pool, tasks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, tasks: Sequence[Task]) -> Iterator[Outcome]:
    asked: dict[Future[Outcome], int] = {
        pool.submit(_outcome, task): place for place, task in enumerate(tasks)
    }
    done: dict[int, Outcome] = {}
    following = 0
    for future in as_completed(asked):
        place = asked[future]
        done[place] = _result(future, tasks[place])
        while following in done:
            yield done.pop(following)
            following += 1


def _result(future: Future[Outcome], task: Task) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool as error:
        return GraderError(
            Code.JUDGING_FAILED,
            "the process that judged was ended from outside; perhaps there was no memory left",
            where=str(task[0]),
            hint="try again with --jobs 1",
            detail=str(error),
        )


def _outcome(task: Task) -> Outcome:
    path, scenarios = task
    try:
        return rejudge(path, scenarios)
    except GraderError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one file must not keep the others from being judged
        what = f"this evidence can't be judged: {type(error).__name__}: {error}"
        return GraderError(Code.JUDGING_FAILED, what, where=str(path))


def _begin() -> None:
    """Prepare a worker: Ctrl-C is the first process's business, and its end is the worker's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:  # pragma: no cover - a worker always has one
        return
    sentinel = parent.sentinel

    def end_with_it() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()
