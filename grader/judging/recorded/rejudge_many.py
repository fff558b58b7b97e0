"""Judges many evidence files again at once, on every processor.

Workers start from a clean process (not as a fork of this one, which has threads), judge stretches of files, and end
when this process ends, however it ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from grader.judging.recorded.replay import Outcome, Task, replay
from grader.model.errors import Code, GraderError

_STRETCH = 32
"""Files that a worker judges in one go, at most: they share a run of pytest."""
_STRETCHES = 4
"""Stretches for each worker, at least, where there are enough files: none waits long for the last one."""
_FEW = 3
"""So many files are judged sooner here than another process has started."""


def rejudge_many(tasks: Sequence[Task], *, workers: int | None = None) -> Iterator[Outcome]:
    """Judge evidence files again.

    Files of the same scenario are best put one after another.

    Args:
        tasks: The files, each with the folder of its scenarios.
        workers: How many processes; by default one for each processor that may be used.

    Yields:
        For each task, in the tasks' order, what came of it; an error where it can't be judged.
    """
    workers = min(workers or len(os.sched_getaffinity(0)), len(tasks))
    if len(tasks) <= _FEW or workers <= 1:
        for place in range(0, len(tasks), _STRETCH):
            yield from _judged(tasks[place : place + _STRETCH])
        return
    size = max(1, min(_STRETCH, len(tasks) // (workers * _STRETCHES)))
    stretches = [tasks[place : place + size] for place in range(0, len(tasks), size)]
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("forkserver"), initializer=_begin
    )
    try:
        yield from _in_order(pool, stretches)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, stretches: Sequence[Sequence[Task]]) -> Iterator[Outcome]:
    asked: dict[Future[list[Outcome]], int] = {
        pool.submit(_judged, stretch): place for place, stretch in enumerate(stretches)
    }
    done: dict[int, list[Outcome]] = {}
    following = 0
    for future in as_completed(asked):
        place = asked[future]
        done[place] = _result(future, stretches[place])
        while following in done:
            yield from done.pop(following)
            following += 1


def _result(future: Future[list[Outcome]], stretch: Sequence[Task]) -> list[Outcome]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        what = "the process that judged was ended from outside; perhaps there was no memory left"
        hint = "try again with --jobs 1"
        return [
            GraderError(Code.JUDGING_FAILED, what, str(path), hint, str(error))
            for path, _ in stretch
        ]


def _judged(stretch: Sequence[Task]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    gc.collect()
    replay(iter(stretch), outcomes.append)
    return outcomes


def _begin() -> None:
    """Prepare a worker: Ctrl-C is the first process's business, and its end is the worker's."""
    # Evidence is a large tree without circles, and what the checks leave behind ends with their process:
    # looking for circles took a fifth of the time.
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:  # pragma: no cover - a worker always has one
        return
    sentinel = parent.sentinel

    def end_with_it() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()
