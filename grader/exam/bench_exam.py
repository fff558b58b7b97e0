"""Times what the candidates of an exam wait for, many at once, beside a sandbox that nobody prepared.

Each is played by the commands that a candidate types, in a grader's folder of its own. A candidate takes longer over
a task than the next sandbox takes to be prepared; the played ones, who type in seconds, wait for that before they go on.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from grader.exam.attempts.opening import open_attempt
from grader.exam.demonstration import plainest_answer
from grader.exam.sessions.start import RESERVE_MIB
from grader.exam.surroundings import Surroundings
from grader.judging.typed_answer import type_answer
from grader.model.errors import Code, GraderError
from grader.model.measured import Measured, median
from grader.model.phase import PhaseLog
from grader.model.session import SeatTask, TaskState
from grader.sandbox.waiting import wait_until

NEXT_LIMIT_S = 1.0
"""What `next` may take where its sandbox is prepared."""
PREPARED_S = 900.0
_SEED = 1

Command = Callable[[Sequence[str]], dict[str, Any]]
"""Runs the words after `grader` and gives the JSON document that they print; raises GraderError where there is none."""


@dataclass(frozen=True, kw_only=True)
class MeasuredExam(Measured):
    """What was measured of an exam; seconds from a command's start to its end.

    Attributes:
        candidates: How many took it.
        at_once: How many of them at the same time.
        next_p50_s: Half of all `next` took no longer.
        next_p95_s: 95 of 100 took no longer.
        submit_p50_s: As for `next`.
        submit_p95_s: As for `next`.
        results: How many tasks were judged, each once, with full points.
    """

    candidates: int
    at_once: int
    next_p50_s: float
    next_p95_s: float
    submit_p50_s: float
    submit_p95_s: float
    results: int

    def lines(self) -> tuple[str, ...]:
        """The usual lines, and what candidates waited for."""
        return (
            *super().lines(),
            f"next   p50 {self.next_p50_s:.2f} s  p95 {self.next_p95_s:.2f} s",
            f"submit p50 {self.submit_p50_s:.2f} s  p95 {self.submit_p95_s:.2f} s",
            f"{self.candidates} candidates, {self.at_once} at once: {self.results} results, none lost",
        )


@dataclass
class _Seconds:
    """How long each command took, of every candidate."""

    next: list[float] = field(default_factory=list)
    submit: list[float] = field(default_factory=list)


def bench_exam(
    around: Surroundings,
    command: Command,
    log: PhaseLog,
    *,
    exam: Sequence[str] = ("certification",),
    candidates: int = 50,
    at_once: int | None = None,
    provider: str = "embedded",
) -> MeasuredExam:
    """Hold sessions until every candidate has taken the exam.

    Args:
        around: Where the commands work; nothing else may be there.
        command: Runs one.
        log: Told of every session.
        exam: The words that name the exam.
        candidates: How many take it.
        at_once: How many at the same time; None for as many as memory and processors allow.
        provider: What runs the sandboxes.

    Raises:
        GraderError: as the commands raise; judging-failed, where a result is lost or has not full points.
    """
    at_once = min(at_once or fitting(around, provider), candidates)
    seconds, results = _Seconds(), 0
    tasks: Sequence[SeatTask] = ()
    for first in range(0, candidates, at_once):
        names = [f"Candidate {n + 1}" for n in range(first, min(first + at_once, candidates))]
        with log.phase(f"candidates {first + 1} to {first + len(names)}"):
            started = command(
                ["exam", "start", *exam, "--provider", provider, "--seed", str(_SEED + first)]
                + [word for name in names for word in ("--candidate", name)]
            )
            session = started["session"]
            codes = [seat["code"] for seat in started["seats"]]
            try:
                with ThreadPoolExecutor(len(codes), thread_name_prefix="candidate") as pool:
                    list(pool.map(lambda code: _sit(around, command, code, seconds), codes))
            finally:
                command(["exam", "finish", session])
            results += sum(_results(around, code) for code in codes)
            tasks = around.sessions.seat(codes[0]).tasks
    with log.phase("nobody prepared"):
        theirs = [_unprepared(command, provider, task) for task in tasks]
    ours_s, theirs_s = median(seconds.next), median(theirs)
    return MeasuredExam(
        name="exam",
        ours_s=ours_s,
        theirs_s=theirs_s,
        ratio=round(ours_s / theirs_s, 3),
        phases={
            "ours": {"next": ours_s, "submit": median(seconds.submit)},
            "theirs": {"start": theirs_s},
        },
        compared_with="a sandbox of the same tasks that nobody prepared, one at a time",
        runs=len(seconds.next),
        limit_s=NEXT_LIMIT_S,
        candidates=candidates,
        at_once=at_once,
        next_p50_s=ours_s,
        next_p95_s=percentile95(seconds.next),
        submit_p50_s=median(seconds.submit),
        submit_p95_s=percentile95(seconds.submit),
        results=results,
    )


def fitting(around: Surroundings, provider: str) -> int:
    """How many candidates fit: each has the sandbox at hand and the next one, and two share a processor."""
    sandbox_mib = around.provider_named(provider).sandbox_mib
    by_memory = (around.free_mib() - RESERVE_MIB) // (2 * sandbox_mib)
    return max(min(by_memory, 2 * (os.cpu_count() or 1)), 1)


def percentile95(values: Sequence[float]) -> float:
    """What 95 of 100 values do not exceed, in seconds to the millisecond."""
    if len(values) == 1:
        return round(values[0], 3)
    return round(statistics.quantiles(values, n=20, method="inclusive")[-1], 3)


def _sit(around: Surroundings, command: Command, code: str, seconds: _Seconds) -> None:
    """Take the whole practical part as one candidate."""
    command(["exam", "join", code, "--later"])
    for place in range(len(around.sessions.seat(code).tasks)):
        _await_prepared(around, code, place)
        began = time.monotonic()
        attempt = command(["next", code])["attempt"]
        seconds.next.append(time.monotonic() - began)
        opened = open_attempt(around, attempt)
        workstation = opened.sandbox.workstation
        answer = plainest_answer(opened.scenario)
        type_answer(workstation, around.judge.script(opened.scenario, answer, workstation.paths))
        began = time.monotonic()
        result = command(["submit", code])
        seconds.submit.append(time.monotonic() - began)
        if result["points"] != result["max_points"]:
            raise _lost(code, f"{result['scenario']}: {result['points']} points for a right answer")


def _await_prepared(around: Surroundings, code: str, place: int) -> None:
    def prepared() -> bool:
        return around.sessions.seat(code).tasks[place].state is TaskState.PREPARED

    if not wait_until(prepared, timeout_s=PREPARED_S, pause_s=0.5):
        raise _lost(code, f"task {place + 1} is not prepared after {PREPARED_S:.0f} s")


def _results(around: Surroundings, code: str) -> int:
    """How many results a candidate has that count; one a task, or something is lost."""
    tasks = around.sessions.seat(code).tasks
    found = [[r for r in around.submissions.all(task.attempt) if r.final] for task in tasks]
    if [len(receipts) for receipts in found] != [1] * len(tasks):
        raise _lost(code, f"results by task: {[len(receipts) for receipts in found]}")
    return len(found)


def _unprepared(command: Command, provider: str, task: SeatTask) -> float:
    began = time.monotonic()
    started = command(["start", task.scenario, "--provider", provider, "--seed", str(task.seed)])
    seconds = time.monotonic() - began
    command(["stop", started["attempt"]["id"]])
    return seconds


def _lost(code: str, what: str) -> GraderError:
    return GraderError(Code.JUDGING_FAILED, what, where=f"exam {code}")
