"""Who is at fault: only what a check itself says of the work is held against the work."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.judging.collect import collect_checks
from grader.judging.judge import judge
from grader.model.errors import GraderError
from grader.model.observation import KubeObject, StartingPoint
from grader.model.verdict import CheckResult, Verdict
from tests.judging.folder import ScenarioFolder
from tests.judging.world import baseline_world, solved_world

BASELINE = StartingPoint.of(baseline_world().observation())
SOLVED = solved_world().observation()

DECLARED = '@check(points=1, fr="x", en="x")\n'


def third(folder: ScenarioFolder, body: str) -> CheckResult:
    """The result of a third check, beside two that must not be touched by it."""
    scenario = folder.checks(body)
    one, two, result = judge(scenario, SOLVED, BASELINE)
    assert (one.verdict, two.verdict) == (Verdict.PASSED, Verdict.PASSED)
    return result


@pytest.mark.parametrize(
    ("body", "verdict", "says", "cause"),
    [
        (DECLARED + "def test_x(): assert 1 == 1", Verdict.PASSED, "", ""),
        (DECLARED + "def test_x(): assert 1 == 2", Verdict.FAILED, "", "work"),
        (DECLARED + "def test_x(cluster): cluster.secret('no').raw", Verdict.FAILED, "", "work"),
        (DECLARED + "def test_x(): {}['a']", Verdict.ERROR, "KeyError", "check-broken"),
        (DECLARED + "def test_x(): 1 / 0", Verdict.ERROR, "ZeroDivisionError", "check-broken"),
        (DECLARED + "def test_x(): raise SystemExit(0)", Verdict.ERROR, "SystemExit", "not-run"),
        (DECLARED + "def test_x(): pytest.fail('no')", Verdict.ERROR, "Failed", "check-broken"),
        (DECLARED + "def test_x(): pytest.skip('later')", Verdict.ERROR, "skipped: Skipped: later", "skipped"),
        (DECLARED + "@pytest.mark.skip\ndef test_x(): pass", Verdict.ERROR, "skipped", "skipped"),
        (DECLARED + "@pytest.mark.xfail\ndef test_x(): assert 0", Verdict.ERROR, "xfail", "xfail"),
        (DECLARED + "@pytest.mark.xfail\ndef test_x(): pass", Verdict.ERROR, "xfail", "xfail"),
        (DECLARED + "@pytest.mark.xfail(strict=True)\ndef test_x(): pass", Verdict.ERROR, "", "xfail"),
        (DECLARED + "def test_x(no_such_fixture): pass", Verdict.ERROR, "no_such_fixture", "unknown"),
        (DECLARED + "async def test_x(): pass", Verdict.ERROR, "async", "unknown"),
        (DECLARED + "def test_x(): return True", Verdict.ERROR, "", "unknown"),
        (
            "import json\ndef broken(text): raise AssertionError\n"
            + DECLARED
            + "def test_x(): json.loads('1', parse_int=lambda t: unknown)",
            Verdict.ERROR,
            "NameError",
            "check-broken",
        ),
        (
            "import unittest\n"
            + DECLARED
            + "def test_x(): unittest.TestCase().assertEqual(1, 2)",
            Verdict.ERROR,
            "AssertionError",
            "check-broken",
        ),
        (
            "@pytest.fixture\ndef made():\n    yield 1\n    raise ValueError('late')\n"
            + DECLARED
            + "def test_x(made): assert made",
            Verdict.ERROR,
            "late",
            "check-broken",
        ),
        (
            "@pytest.fixture\ndef made(cluster): return cluster.secret('no').raw\n"
            + DECLARED
            + "def test_x(made): assert made",
            Verdict.FAILED,
            "",
            "work",
        ),
        (
            DECLARED
            + "def test_x(subtests):\n    for n in range(2):\n"
            + "        with subtests.test(): assert n == 0",
            Verdict.FAILED,
            "",
            "work",
        ),
        (
            DECLARED
            + "def test_x(subtests):\n    with subtests.test(): {}['a']",
            Verdict.ERROR,
            "KeyError",
            "check-broken",
        ),
    ],
)  # fmt: skip
def test_table_of_causes(
    scenario_folder: ScenarioFolder, body: str, verdict: Verdict, says: str, cause: str
) -> None:
    """Each way for a check to end has its verdict and cause; an unknown one is our error and says what it was."""
    result = third(scenario_folder, body)
    assert result.verdict is verdict, result
    assert says in result.fault
    assert result.cause == cause
    assert (result.finding is not None) == (verdict is Verdict.FAILED)
    assert bool(result.fault) == (verdict is Verdict.ERROR)


def test_check_that_ends_the_run_leaves_errors(scenario_folder: ScenarioFolder) -> None:
    """A check that makes pytest stop gives no verdict to those that did not run any more."""
    scenario = scenario_folder.checks(
        f"{DECLARED}def test_x(): pytest.exit('stop')\n{DECLARED}def test_y(): pass"
    )
    verdicts = [result.verdict for result in judge(scenario, SOLVED, BASELINE)]
    assert verdicts == [Verdict.PASSED, Verdict.PASSED, Verdict.ERROR, Verdict.ERROR]


def test_ctrl_c_is_not_a_verdict(scenario_folder: ScenarioFolder) -> None:
    """Ctrl-C in the middle of a check interrupts the judging."""
    scenario = scenario_folder.checks(f"{DECLARED}def test_x(): raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        judge(scenario, SOLVED, BASELINE)


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("def test_x(): pass", "test_x: not a check"),
        (DECLARED + "def test_one(): pass", "test_one: a second time"),
        (DECLARED + "@pytest.mark.parametrize('n', [1])\ndef test_x(n): pass", ""),
        ("import no_such_module", "no_such_module"),
        ("def broken(:", "SyntaxError"),
        ("@check(points=0, fr='x', en='x')\ndef test_x(): pass", "points: 0"),
    ],
)
def test_checks_with_mistakes_are_refused(
    scenario_folder: ScenarioFolder, body: str, mistake: str
) -> None:
    """Checks that can't be trusted to be all of them are refused before anything is judged."""
    scenario = scenario_folder.checks(body)
    if not mistake:
        assert [check.id for check in collect_checks(scenario)][-1] == "x[1]"
        return
    with pytest.raises(GraderError) as raised:
        judge(scenario, SOLVED, BASELINE)
    assert mistake in str(raised.value.detail)


def test_scenario_without_objective_is_refused(scenario_folder: ScenarioFolder) -> None:
    """Guards alone make no task."""
    scenario_folder.write(
        "test_small.py",
        "from grader.checks import check\n@check(points=1, guard=True, fr='x', en='x')\ndef test_one(): pass\n",
    )
    with pytest.raises(GraderError, match="mistake"):
        collect_checks(scenario_folder.load())


def test_answers_name_existing_checks(scenario_folder: ScenarioFolder) -> None:
    """A wrong answer that expects an unknown check to fail is a mistake."""
    scenario_folder.write("answers/wrong-way.sh", "# expects: failed=onne\n")
    with pytest.raises(GraderError) as raised:
        collect_checks(scenario_folder.load())
    assert "failed=onne, allowed: one, two" in str(raised.value.detail)


def test_empty_baseline_is_our_error(scenario_folder: ScenarioFolder) -> None:
    """Guards can't be judged without a baseline, and then are neither held nor broken."""
    scenario = scenario_folder.load()
    nothing: list[dict[str, list[KubeObject]]] = [{}, {"v1/Namespace": [{}]}]
    for objects in nothing:
        empty = StartingPoint.of(replace(BASELINE.before, objects=objects))
        one, two = judge(scenario, SOLVED, empty)
        assert one.verdict is Verdict.PASSED
        assert two.verdict is Verdict.ERROR
        assert "baseline is empty" in two.fault


@pytest.mark.parametrize("fixture", ["changes", "baseline", "before", "found"])
def test_partial_baseline_is_our_error(scenario_folder: ScenarioFolder, fixture: str) -> None:
    """A baseline without one of the services, or without a common kind, is no verdict for who needs it."""
    scenario = scenario_folder.checks(f"{DECLARED}def test_x({fixture}): pass")
    whole = BASELINE.before.objects
    fewer = [o for o in whole["apps/v1/Deployment"] if o["metadata"]["name"] != "audio"]
    for partial in (
        {**whole, "apps/v1/Deployment": fewer},
        {kind: found for kind, found in whole.items() if kind != "v1/Secret"},
    ):
        start = StartingPoint.of(replace(BASELINE.before, objects=partial))
        one, _, result = judge(scenario, SOLVED, start)
        assert one.verdict is Verdict.PASSED
        assert (result.verdict, result.cause) == (Verdict.ERROR, "no-baseline")


@pytest.mark.parametrize(
    "body",
    [
        "def test_x(baseline): baseline.deployment('geolocation').replicas",
        "def test_x(before): before.cluster.service('no').addresses",
        "def test_x(found): found.helm.release('geolocation').status",
    ],
)
def test_what_was_not_there_before_is_not_held_against_the_work(
    scenario_folder: ScenarioFolder, body: str
) -> None:
    """A check that misses something in the time before the candidate began is an error, not a failure."""
    result = third(scenario_folder, DECLARED + body)
    assert (result.verdict, result.cause) == (Verdict.ERROR, "no-baseline")
    assert "before the candidate began" in result.fault


def test_surroundings_have_no_say(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither configuration, conftest, environment nor working folder changes a verdict."""
    root = scenario_folder.path.parent.parent
    (root / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\npython_functions = no_*\n")
    (root / "conftest.py").write_text("raise RuntimeError('conftest of the surroundings')\n")
    scenario_folder.path.parent.joinpath("conftest.py").write_text("1 / 0\n")
    monkeypatch.chdir(root)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    verdicts = [r.verdict for r in judge(scenario_folder.load(), SOLVED, BASELINE)]
    assert verdicts == [Verdict.PASSED, Verdict.PASSED]
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"


def test_checks_that_are_gone_are_not_replaced_by_others(
    scenario_folder: ScenarioFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a scenario's checks were deleted meanwhile, nothing that lies where the grader runs is taken for them."""
    scenario = scenario_folder.load()
    (scenario_folder.path / "test_small.py").unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "test_other.py").write_text(
        "from pathlib import Path\nfrom grader.checks import check\nPath('imported').touch()\n"
        f"{DECLARED}def test_one(): pass\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(elsewhere)
    with pytest.raises(GraderError) as raised:
        judge(scenario, SOLVED, BASELINE)
    assert "no file of checks" in str(raised.value.detail)
    assert not (elsewhere / "imported").exists()


def test_run_leaves_no_trace(
    scenario_folder: ScenarioFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judging prints nothing, leaves no module, path or file behind, and reads changed checks afresh."""
    scenario = scenario_folder.checks(f"{DECLARED}def test_x(): print('from a check')")
    modules, path = set(sys.modules), list(sys.path)
    judge(scenario, SOLVED, BASELINE)
    assert capsys.readouterr().out == ""
    assert not [name for name in set(sys.modules) - modules if "small" in name]
    assert sys.path == path
    assert not list(scenario.folder.rglob("__pycache__"))
    scenario = scenario_folder.checks(f"{DECLARED}def test_x(): assert None is ('from a')")
    assert judge(scenario, SOLVED, BASELINE)[2].verdict is Verdict.FAILED


def test_equal_names_in_two_scenarios(scenario_folder: ScenarioFolder) -> None:
    """Two scenarios whose files have the same name are judged each by its own."""
    other = ScenarioFolder.make(scenario_folder.path.parent.parent / "others" / "small")
    other.write(
        "test_small.py",
        "from grader.checks import check\n@check(points=1, fr='x', en='x')\ndef test_one(): assert 0\n",
    )
    assert judge(scenario_folder.load(), SOLVED, BASELINE)[0].verdict is Verdict.PASSED
    assert judge(other.load(), SOLVED, BASELINE)[0].verdict is Verdict.FAILED
    assert judge(scenario_folder.load(), SOLVED, BASELINE)[0].verdict is Verdict.PASSED
