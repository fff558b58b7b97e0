"""Plain pytest on a scenario's folder, with the grader's plugin beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.judging.submit import submit
from grader.model.errors import Code, GraderError
from grader.model.observation import StartingPoint
from grader.plugin import session
from tests.judging.doubles import HandClock, still
from tests.judging.world import (
    GEOLOCATION,
    SCENARIOS,
    World,
    baseline_world,
    deploy_service,
    solved_world,
    speaker,
)

CHECKS = SCENARIOS / "deploy-service"
BASELINE = StartingPoint.of(baseline_world().observation())


@pytest.fixture
def run(pytester: pytest.Pytester) -> Runner:
    """Runs pytest on the scenario with our plugin and no other."""
    return Runner(pytester)


class Runner:
    """Runs pytest in this process."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester

    def __call__(self, *arguments: str, folder: Path = CHECKS) -> pytest.RunResult:
        """Run the checks of a folder."""
        return self.pytester.runpytest_inprocess(
            "--disable-plugin-autoload",
            "-p",
            "grader.plugin.hooks",
            "-p",
            "no:cacheprovider",
            "--import-mode=importlib",
            f"--rootdir={folder}",
            "-c",
            "/dev/null",
            str(folder),
            *arguments,
        )


def evidence_of(world: World, folder: Path) -> Path:
    """Recorded evidence of a world."""
    scenario = deploy_service()
    path = submit(still(world), scenario, BASELINE, folder=folder, clock=HandClock()).evidence
    assert path is not None
    return path


def test_checks_without_a_sandbox_say_what_to_type(run: Runner) -> None:
    """A scenario's checks run on nothing are a usage error that names both ways to run them."""
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*is a check and needs a sandbox*", "*--attempt ID*", "*--evidence*"]
    )


def test_evidence_is_judged_again(run: Runner, tmp_path: Path) -> None:
    """With --evidence, every check runs as an ordinary test, and the points stand below."""
    result = run("--evidence", str(evidence_of(solved_world(), tmp_path)))
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["*deploy-service: points*", "*100 of 100*"])


def test_failed_checks_explain_themselves(run: Runner, tmp_path: Path) -> None:
    """A failed check shows expected, seen, where and why in pytest's own report."""
    world = solved_world()
    world.answers["geolocation"] = speaker(
        GEOLOCATION, GEOLOCATION.stable, {**GEOLOCATION.config, "LOG_LEVEL": "DEBUG"}
    )
    result = run("--evidence", str(evidence_of(world, tmp_path)))
    result.assert_outcomes(passed=7, failed=1)
    result.stdout.fnmatch_lines(
        ["*expected: *", "*seen: *", "*where: *geolocation*/info: configuration_hash*"]
    )
    result.stdout.fnmatch_lines(["failed *  0 of  16  production-values", "*78 of 100*"])


def test_guards_and_objectives_can_be_chosen(run: Runner, tmp_path: Path) -> None:
    """`-m guard` runs the guards alone."""
    path = str(evidence_of(solved_world(), tmp_path))
    run("--evidence", path, "-m", "guard").assert_outcomes(passed=2, deselected=6)


def test_live_attempt_is_observed_once(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --attempt, the attempt's sandbox is looked at once, with all that the checks want."""
    sandbox = still(solved_world())

    class Opened:
        scenario = deploy_service()
        starting_point = BASELINE

    Opened.sandbox = sandbox  # type: ignore[attr-defined]
    monkeypatch.setattr("grader.exam.attempts.opening.open_attempt", lambda _around, _id: Opened)
    result = run("--attempt", "abc123")
    result.assert_outcomes(passed=8)
    assert sandbox.cluster.looks == 1


def test_unknown_attempt_is_a_usage_error(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt that is not there is said in one line, with its hint, not as a traceback."""

    def refuse(_attempt: str) -> None:
        raise GraderError(Code.ATTEMPT_UNKNOWN, "there is no attempt zzz", hint="grader status")

    monkeypatch.setattr(session, "_live", refuse)
    result = run("--attempt", "zzz")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no attempt zzz", "hint: grader status"])


def test_both_options_exclude_each_other(run: Runner) -> None:
    """A run judges one thing."""
    result = run("--attempt", "a", "--evidence", "b")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_other_scenario_s_checks_are_refused(run: Runner, tmp_path: Path) -> None:
    """Checks of another scenario can't be run on this one's sandbox."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "test_x.py").write_text(
        "from grader.checks import check\n@check(points=1, fr='x', en='x')\ndef test_x(): pass\n"
    )
    result = run("--evidence", str(evidence_of(solved_world(), tmp_path)), folder=other)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is not a check of deploy-service*"])


def test_plugin_is_near_free() -> None:
    """Beside pytest itself, loading the plugin imports two modules of ours and nothing else."""
    code = (
        "import pytest, sys; before = set(sys.modules); import grader.plugin.hooks; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["grader", "grader.plugin", "grader.plugin.hooks"]
