"""A benchmark's result has one form, and is made of medians."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model.phase import Phase, PhaseLog
from grader.sandbox import bench
from grader.sandbox.bench import MeasuredSandbox, bench_sandbox
from grader.sandbox.bench_crowd import Crowd
from grader.sandbox.bench_embedded import MeasuredEmbedded
from grader.sandbox.engines.engine import Engine

_RESULT = MeasuredSandbox(
    name="sandbox",
    ours_s=12.0,
    theirs_s=16.0,
    ratio=0.75,
    phases={"ours": {"node": 1.0}, "theirs": {"kind create": 11.0}},
    compared_with="kind",
    runs=3,
    stop_s=1.5,
)


def test_the_form_of_a_result() -> None:
    """A result is one JSON object with the fields that every benchmark keeps to."""
    document = json.loads(json.dumps(_RESULT.to_json()))
    assert document == {
        "name": "sandbox",
        "ours_s": 12.0,
        "theirs_s": 16.0,
        "ratio": 0.75,
        "phases": {"ours": {"node": 1.0}, "theirs": {"kind create": 11.0}},
        "compared_with": "kind",
        "runs": 3,
        "stop_s": 1.5,
    }


def _log(**seconds: float) -> PhaseLog:
    log = PhaseLog()
    moment = 0.0
    for name, length in seconds.items():
        log.phases.append(Phase(name, moment, moment + length))
        moment += length
    return log


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs that take no time and say how long they took: ours 9, 10, 30; theirs 20, 10, 15."""
    made: list[str] = []
    ours = iter([(99.0, 9.0), (9.0, 1.0), (10.0, 2.0), (30.0, 3.0)])
    theirs = iter([20.0, 10.0, 15.0])

    def one_of_ours(_watched: PhaseLog) -> tuple[PhaseLog, float, float]:
        made.append("ours")
        ready, stop = next(ours)
        return _log(node=ready / 2, services=ready / 2), ready, stop

    def one_of_theirs(_engine: Engine, _image: str, _archive: Path) -> PhaseLog:
        made.append("theirs")
        total = next(theirs)
        return _log(create=total - 1, wait=1)

    engine = Engine("podman", Path("podman"), "5.4.0")
    monkeypatch.setattr(bench, "find_engine", lambda: engine)
    monkeypatch.setattr(bench, "ensure_image", lambda *_words: None)
    monkeypatch.setattr(bench, "stub_archive", lambda *_words, **_options: Path("stubs.tar"))
    monkeypatch.setattr(bench, "_ours", one_of_ours)
    monkeypatch.setattr(bench, "_theirs", one_of_theirs)
    return made


def test_pairs_run_in_turn_after_one_that_does_not_count(order: list[str]) -> None:
    """Ours and theirs take turns, so that a busy machine slows both; the first start fills the caches."""
    result = bench_sandbox(PhaseLog(), runs=3)
    assert order == ["ours", *["ours", "theirs"] * 3]
    assert result.runs == 3


@pytest.mark.usefixtures("order")
def test_numbers_are_medians() -> None:
    """Times are medians over the runs, and the ratio is the median of the pairs' ratios."""
    result = bench_sandbox(PhaseLog(), runs=3)
    assert (result.ours_s, result.theirs_s, result.stop_s) == (10.0, 15.0, 2.0)
    assert result.ratio == 1.0, "of 9/20, 10/10 and 30/15"
    assert result.phases == {
        "ours": {"node": 5.0, "services": 5.0},
        "theirs": {"create": 14.0, "wait": 1.0},
    }


@pytest.mark.usefixtures("order")
def test_every_run_is_told() -> None:
    """A watcher sees each run as a phase."""
    log = PhaseLog()
    bench_sandbox(log, runs=1)
    assert [phase.name for phase in log.phases] == ["preparing", "ours 1", "kind by itself 1"]


def test_an_embedded_one_tells_more() -> None:
    """Start, its limit and kind's time in the usual lines; then the other times and the memory."""
    measured = MeasuredEmbedded(
        name="embedded",
        ours_s=3.2,
        theirs_s=32.0,
        ratio=0.1,
        phases={},
        compared_with="kind",
        runs=3,
        limit_s=1.6,
        without_seed_s=9.0,
        stop_s=0.4,
        reset_s=1.25,
        memory_mib=512,
    )
    assert measured.lines() == (
        "ours   3.20 s  (at most 1.6 s)",
        "theirs 32.00 s  (kind)",
        "ratio  0.100  10.0 times as fast",
        "without a seed 9.00 s (at most 5.0 s)  reset 1.25 s (at most 1.5 s)  stop 0.40 s (at most 0.3 s)",
        "memory at rest 512 MiB (at most 286 MiB)",
    )
    assert measured.to_json()["limit_s"] == 1.6
    many = replace(measured, crowd=Crowd(40, 2.345, 330))
    assert many.lines()[-1] == "40 at once: each answered, within 2.3 s, memory 330 MiB each"
    assert many.to_json()["crowd"] == {"sandboxes": 40, "answer_s": 2.345, "memory_mib": 330}
