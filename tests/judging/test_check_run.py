"""Checks that are imported once judge each look as if it were the only one."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from grader.judging.causes import Cause
from grader.judging.check_plugin import CheckPlugin
from grader.judging.check_run import CheckRun, NotSeen
from grader.judging.judge import judge
from grader.judging.pytest_run import Turn
from grader.model.observation import Observation, StartingPoint
from grader.model.verdict import CheckResult, Verdict
from tests.judging.folder import ScenarioFolder
from tests.judging.test_judge_series import LASTING, STATEFUL
from tests.judging.world import baseline_world, solved_world

SOLVED, UNTOUCHED = solved_world().observation(), baseline_world().observation()
START = StartingPoint.of(UNTOUCHED)
_LONG_S, _SLOW_S = 20.0, 0.1


@pytest.fixture(autouse=True)
def _no_run_is_left() -> Iterator[None]:
    """Whatever became of it, its thread ends with it."""
    yield
    assert "checks" not in {thread.name for thread in threading.enumerate()}


def _judged(checks: CheckRun, observation: Observation) -> tuple[CheckResult, ...]:
    return checks.judge(lambda: observation)[1]


def test_each_look_is_judged_as_if_alone(scenario_folder: ScenarioFolder) -> None:
    """The very results of a run of its own, fixtures of modules included, whatever was judged before."""
    scenario = scenario_folder.checks(STATEFUL + LASTING)
    observations = [UNTOUCHED, SOLVED, UNTOUCHED, replace(SOLVED, held={"lasting": 9.0})]
    alone = [judge(scenario, observation, START) for observation in observations]
    with closing(CheckRun(scenario, START)) as checks:
        for observation, expected in zip(observations, alone, strict=True):
            assert checks.judge(partial(replace, observation)) == (observation, expected)
    assert {r.verdict for r in alone[3]} == {Verdict.PASSED}
    assert alone[0] != alone[1]


def test_looking_begins_before_the_checks_are_there(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look is under way when pytest imports the checks, and what it comes to is what is judged."""
    scenario = scenario_folder.load()
    expected = judge(scenario, SOLVED, START)
    begun, collected = threading.Event(), threading.Event()

    def watched(_plugin: CheckPlugin, session: pytest.Session) -> None:
        assert session.items
        assert begun.wait(_LONG_S), "nobody looks yet"
        collected.set()

    def observe() -> Observation:
        begun.set()
        assert collected.wait(_LONG_S), "the checks wait for the look"
        return SOLVED

    monkeypatch.setattr("grader.judging.check_run._LooksPlugin.pytest_collection_finish", watched)
    with closing(CheckRun(scenario, START)) as checks:
        assert checks.judge(observe) == (SOLVED, expected)


def test_what_keeps_it_from_being_seen_is_raised(scenario_folder: ScenarioFolder) -> None:
    """No check runs on nothing: the reason comes out as it was, and the next look is judged."""
    scenario = scenario_folder.load()
    reason = OSError("no route")

    def observe() -> Observation:
        raise reason

    with closing(CheckRun(scenario, START)) as checks:
        for _ in range(2):
            with pytest.raises(NotSeen, match="no route") as raised:
                checks.judge(observe)
            assert raised.value.reason is reason
        assert _judged(checks, SOLVED) == judge(scenario, SOLVED, START)


def test_between_looks_the_process_is_everybodys(
    scenario_folder: ScenarioFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of pytest is left in it, and another scenario's checks, in files of the same names, are judged meanwhile."""
    monkeypatch.delenv("PYTEST_VERSION", raising=False)
    give_back = Turn.give_back

    def slowly(turn: Turn) -> None:
        # Whoever goes on before it is done would be seen.
        threading.Event().wait(_SLOW_S)
        give_back(turn)

    monkeypatch.setattr(Turn, "give_back", slowly)
    scenario = scenario_folder.checks(STATEFUL)
    other = ScenarioFolder.make(tmp_path / "other" / "small").checks(LASTING)
    before = _process()
    meanwhile: list[tuple[CheckResult, ...]] = []

    def observe() -> Observation:
        assert _process() == before
        another = threading.Thread(target=lambda: meanwhile.append(judge(other, SOLVED, START)))
        another.start()
        another.join(_LONG_S)
        return SOLVED

    with closing(CheckRun(scenario, START)) as checks:
        _judged(checks, UNTOUCHED)
        for _ in range(2):
            assert checks.judge(observe)[1] == judge(scenario, SOLVED, START)
    assert meanwhile == 2 * [judge(other, SOLVED, START)]
    assert _process() == before


def _process() -> tuple[object, ...]:
    """What pytest changes of a process while it runs."""
    files = {name: vars(module).get("__file__") for name, module in sys.modules.copy().items()}
    of_checks = [name for name, file in files.items() if _is_check(file)]
    # The pytest that runs this test says here where it is.
    variables = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    return sys.stdout, list(sys.path), sys.dont_write_bytecode, of_checks, variables


def _is_check(file: str | None) -> bool:
    return bool(file) and Path(str(file)).name == "test_small.py"


def test_side_by_side(scenario_folder: ScenarioFolder) -> None:
    """Judgings of the same checks at the same time, in threads of their own, as in a proof."""
    scenario = scenario_folder.checks(STATEFUL)
    expected = [judge(scenario, seen, START) for seen in (UNTOUCHED, SOLVED)]
    found: list[list[tuple[CheckResult, ...]]] = []
    together = threading.Barrier(4)

    def go() -> None:
        together.wait(_LONG_S)
        with closing(CheckRun(scenario, START)) as checks:
            found.append([_judged(checks, seen) for seen in (UNTOUCHED, SOLVED)])

    threads = [threading.Thread(target=go) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LONG_S)
    assert found == together.parties * [expected]


@pytest.mark.parametrize("body", ["raise SystemExit(3)", "pytest.exit('enough')"])
def test_a_run_that_ends_early_is_an_error_each_time(
    scenario_folder: ScenarioFolder, body: str
) -> None:
    """The next look begins another run."""
    scenario = scenario_folder.checks(
        f"@check(points=1, fr='x', en='x')\ndef test_x():\n    {body}\n"
    )
    expected = judge(scenario, SOLVED, START)
    assert Verdict.ERROR in {result.verdict for result in expected}
    with closing(CheckRun(scenario, START)) as checks:
        assert [_judged(checks, SOLVED) for _ in range(3)] == 3 * [expected]


@pytest.mark.parametrize("text", ["def test_one(:\n", "raise OSError('gone')\n"])
def test_checks_that_can_be_imported_no_more_are_errors(
    scenario_folder: ScenarioFolder, text: str
) -> None:
    """Whoever spoils them while work is being judged costs nobody a point, and it says what it is."""
    scenario = scenario_folder.load()
    run = CheckRun(scenario, START)
    scenario_folder.write("test_small.py", text)
    with closing(run) as checks:
        for _ in range(2):
            results = _judged(checks, SOLVED)
            assert {result.verdict for result in results} == {Verdict.ERROR}
            assert all("collecting test_small.py" in result.fault for result in results)
    scenario_folder.load()


def test_a_breakdown_of_pytest_is_an_error(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the look in which it broke down, and of no other."""
    scenario = scenario_folder.load()
    expected = judge(scenario, SOLVED, START)
    broken: list[bool] = [False, True, False]

    def protocol(_plugin: CheckPlugin, item: pytest.Item) -> None:
        if item.name == "test_two" and broken.pop(0):
            raise RuntimeError("pytest broke down")

    monkeypatch.setattr(
        "grader.judging.check_run._LooksPlugin.pytest_runtest_protocol", protocol, raising=False
    )
    with closing(CheckRun(scenario, START)) as checks:
        assert _judged(checks, SOLVED) == expected
        results = _judged(checks, SOLVED)
        assert {result.verdict for result in results} == {Verdict.ERROR}
        assert {result.cause for result in results} == {Cause.RUN_BROKEN.slug}
        assert _judged(checks, SOLVED) == expected


def test_a_run_that_can_not_even_begin_says_why(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pytest itself raises is raised where the results are waited for."""

    def nothing(*_arguments: object, **_options: object) -> None:
        raise MemoryError("no room")

    scenario = scenario_folder.load()
    monkeypatch.setattr("grader.judging.check_run.run_pytest", nothing)
    with closing(CheckRun(scenario, START)) as checks, pytest.raises(MemoryError, match="no room"):
        _judged(checks, SOLVED)


def test_ctrl_c_in_a_check(scenario_folder: ScenarioFolder) -> None:
    """It ends the judging, as it does anywhere else."""
    scenario = scenario_folder.checks(
        "@check(points=1, fr='x', en='x')\ndef test_x():\n    raise KeyboardInterrupt\n"
    )
    with closing(CheckRun(scenario, START)) as checks, pytest.raises(KeyboardInterrupt):
        _judged(checks, SOLVED)
