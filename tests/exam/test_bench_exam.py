"""The benchmark of a whole exam: who waits, how long, and that nothing is lost unnoticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from grader.exam import bench_exam as bench
from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop
from grader.exam.sessions.control import finish_seat
from grader.exam.sessions.prepare import prepare_next
from grader.exam.sessions.start import start_session
from grader.exam.sessions.submitting import submit_at_hand
from grader.exam.sessions.take import begin_next
from grader.model.errors import GraderError
from grader.model.phase import PhaseLog
from grader.store.submissions import SubmissionStore
from tests.exam.sessions.held import exam_surroundings, order


class Commands:
    """The commands of the benchmark, on the fakes."""

    def __init__(self, folder: Path) -> None:
        self.around = exam_surroundings(folder)
        self.folder = folder
        self.at_once: list[int] = []
        self.typed: list[str] = []
        self.prepares, self.full_points = True, True
        self.after_finish: Callable[[], None] = lambda: None

    def __call__(self, words: Sequence[str]) -> dict[str, Any]:
        """Do what the words say."""
        self.typed.append(" ".join(words[:2]) if words[0] == "exam" else words[0])
        done: dict[str, Any] = getattr(self, self.typed[-1].replace(" ", "_"))(list(words))
        return done

    def exam_start(self, words: list[str]) -> dict[str, Any]:
        """A session; the first sandbox of each is prepared."""
        names = [word for before, word in pairwise(words) if before == "--candidate"]
        self.at_once.append(len(names))
        session, seats = start_session(self.around, order(self.folder, *names))
        for seat in seats:
            self._prepare(seat.code)
        return {"session": session.id, "seats": [{"code": seat.code} for seat in seats]}

    def exam_join(self, words: list[str]) -> dict[str, Any]:
        """Nothing to remember."""
        return {"exam": {"code": words[2]}}

    def exam_finish(self, words: list[str]) -> dict[str, Any]:
        """Every seat of the session."""
        for seat in self.around.sessions.seats(words[2]):
            finish_seat(self.around, seat.code, PhaseLog())
        self.after_finish()
        return {}

    def next(self, words: list[str]) -> dict[str, Any]:
        """Begin it, and prepare the one after it."""
        seat = begin_next(self.around, words[1], PhaseLog())
        self._prepare(words[1])
        assert seat.current
        return {"attempt": seat.current.attempt}

    def submit(self, words: list[str]) -> dict[str, Any]:
        """Hand it in."""
        handed, _seat = submit_at_hand(self.around, words[1], PhaseLog())
        result = handed.result
        points = result.points if self.full_points else result.points - 1
        return {"points": points, "max_points": result.max_points, "scenario": result.scenario}

    def start(self, words: list[str]) -> dict[str, Any]:
        """A sandbox outside any session."""
        return {"attempt": {"id": start(self.around, Order(words[1]), PhaseLog()).id}}

    def stop(self, words: list[str]) -> dict[str, Any]:
        """End it."""
        stop(self.around, words[1], PhaseLog())
        return {}

    def _prepare(self, code: str) -> None:
        if self.prepares:
            prepare_next(self.around, code, PhaseLog())


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    """On the fakes."""
    return Commands(tmp_path)


def bench_short(commands: Commands, *, candidates: int = 1, at_once: int = 2) -> bench.MeasuredExam:
    """Measure the exam of two tasks."""
    return bench.bench_exam(
        commands.around,
        commands,
        PhaseLog(),
        exam=("short",),
        candidates=candidates,
        at_once=at_once,
        provider="fake",
    )


def test_every_candidate_takes_every_task(commands: Commands, tmp_path: Path) -> None:
    """Three candidates, two at once: two sessions, six results, and every `next` and `submit` counts."""
    measured = bench_short(commands, candidates=3)
    assert commands.at_once == [2, 1]
    assert (measured.candidates, measured.at_once, measured.results, measured.runs) == (3, 2, 6, 6)
    assert commands.typed.count("next") == commands.typed.count("submit") == 6
    assert commands.typed.count("start") == commands.typed.count("stop") == 2
    assert 0 < measured.next_p50_s <= measured.next_p95_s
    assert 0 < measured.submit_p50_s <= measured.submit_p95_s
    assert measured.ratio == pytest.approx(measured.ours_s / measured.theirs_s, abs=0.001)
    assert measured.lines()[-1] == "3 candidates, 2 at once: 6 results, none lost"
    assert not list((tmp_path / "world").glob("*/container-*"))


def test_lost_points(commands: Commands, tmp_path: Path) -> None:
    """A right answer without full points ends the measurement, and every session is finished."""
    commands.full_points = False
    with pytest.raises(GraderError, match="9 points for a right answer"):
        bench_short(commands)
    assert commands.typed[-1] == "exam finish"
    assert not list((tmp_path / "world").glob("*/container-*"))


def test_lost_result(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that was handed in and has no result that counts is found at the end."""

    def forget() -> None:
        monkeypatch.setattr(SubmissionStore, "all", lambda _store, _attempt: [])

    commands.after_finish = forget
    with pytest.raises(GraderError, match=r"results by task: \[0, 0\]"):
        bench_short(commands)


def test_nothing_prepared(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that nobody prepares is told as such."""
    commands.prepares = False
    monkeypatch.setattr(bench, "PREPARED_S", 0.0)
    with pytest.raises(GraderError, match="task 1 is not prepared"):
        bench_short(commands)


def test_as_many_as_fit(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has two sandboxes of 1000 MiB, two share a processor, and one there is always."""
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    for free, fit in ((100_000, 8), (6_600, 3), (800, 1)):
        around = replace(commands.around, free_mib=partial(int, free))
        assert bench.fitting(around, "fake") == fit


def test_percentile() -> None:
    """Of 1 to 100, 95 do not exceed about 95; of one, it is the one."""
    assert bench.percentile95([float(n) for n in range(1, 101)]) == pytest.approx(95, abs=0.1)
    assert bench.percentile95([2.0]) == 2.0
