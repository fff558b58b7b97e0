"""What a run that judges writes down: why it could not, and nothing of how checks failed."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from grader.judging.check_plugin import CheckPlugin, Sight
from grader.judging.collect import check_files
from grader.judging.judge import judge
from grader.judging.pytest_run import PytestRun, run_pytest
from grader.model.observation import StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import Verdict
from tests.judging.folder import ScenarioFolder
from tests.judging.world import baseline_world, solved_world

DECLARED = "@check(points=1, fr='x', en='x')\n"
START = StartingPoint.of(baseline_world().observation())


def _run(scenario: Scenario) -> tuple[CheckPlugin, PytestRun]:
    plugin = CheckPlugin(scenario, lambda _checks: Sight(solved_world().observation(), START))
    return plugin, run_pytest(scenario.folder, check_files(scenario.folder), plugin)


def test_nothing_of_a_check_that_failed(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is it told how it came to it, nor is that found out."""
    scenario = scenario_folder.checks(
        "@pytest.fixture\ndef broken():\n    raise OSError('no disk')\n\n"
        f"{DECLARED}def test_wrong():\n    assert 1 == 2, 'the work is wrong'\n\n"
        f"{DECLARED}def test_broken(broken): pass\n\n"
        f"{DECLARED}def test_parts(subtests):\n    with subtests.test(msg='a'):\n        assert 3 == 4\n"
    )
    found_out = Mock(return_value="how it came to it")
    with monkeypatch.context() as only_here:
        only_here.setattr(pytest.Function, "repr_failure", found_out)
        only_here.setattr(pytest.Function, "_repr_failure_py", found_out)
        plugin, run = _run(scenario)
    assert found_out.call_count == 0
    assert (run.exit_code, run.output.strip(), plugin.internal_error) == (1, "", "")
    noted = {one.check: one for one in plugin.outcomes.values()}
    assert "the work is wrong" in noted["wrong"].findings[0].seen.en
    assert "no disk" in noted["broken"].faults(())[0].text
    assert "3 == 4" in noted["parts"].by_part["a"].findings[0].seen.en


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("pytest.skip('not today')", "skipped: Skipped: not today"),
        ("pytest.xfail('known')", "xfail"),
        ("raise ExceptionGroup('both', [OSError('a'), OSError('b')])", "both"),
        ("pytest.fail('not so', pytrace=False)", "not so"),
    ],
)
def test_what_is_not_simply_raised(scenario_folder: ScenarioFolder, body: str, why: str) -> None:
    """Skipped, expected to fail, several at once: told as they were."""
    scenario = scenario_folder.checks(f"{DECLARED}def test_three():\n    {body}\n")
    three = judge(scenario, solved_world().observation(), START)[-1]
    assert three.verdict is Verdict.ERROR
    assert why in three.fault


def test_what_ended_it_is_told(scenario_folder: ScenarioFolder) -> None:
    """Before any check has run there is nothing else that could say why."""
    scenario = scenario_folder.checks(
        "@pytest.fixture(autouse=True)\ndef ends():\n    pytest.exit('no more power')\n"
    )
    plugin, run = _run(scenario)
    assert not plugin.outcomes
    assert "no more power" in run.output
    results = judge(scenario, solved_world().observation(), START)
    assert all("no more power" in result.fault for result in results)


def test_a_breakdown_is_not_told_on_the_terminal(
    scenario_folder: ScenarioFolder,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It is noted instead."""

    def protocol(_plugin: CheckPlugin, item: pytest.Item) -> None:
        raise RuntimeError(f"broke down at {item.name}")

    monkeypatch.setattr(CheckPlugin, "pytest_runtest_protocol", protocol, raising=False)
    plugin, run = _run(scenario_folder.load())
    assert "broke down at test_one" in plugin.internal_error
    assert (run.output.strip(), capfd.readouterr()) == ("", ("", ""))


def test_why_checks_can_not_be_imported_is_told(
    scenario_folder: ScenarioFolder, tmp_path: Path
) -> None:
    """Nobody can judge then, and the author has to know where it is."""
    scenario = scenario_folder.load()
    scenario_folder.write("test_small.py", f"open({str(tmp_path / 'none')!r})\n")
    _, run = _run(scenario)
    assert "FileNotFoundError" in run.output
    assert "test_small.py:1" in run.output
