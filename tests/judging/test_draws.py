"""Whatever is drawn, a scenario can be read, typed and worked at: every text of it renders to something sound."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.judging.authoring.scenario_folder import find_scenarios, load_scenario
from grader.judging.authoring.statement import statement
from grader.judging.authoring.templates import script
from grader.judging.collect import collect_checks
from grader.judging.observing.stage import fault_files
from grader.model.scenario import Scenario
from grader.model.studio import WORKSTATION_PATHS
from grader.model.text import Language
from tests.judging.world import SCENARIOS, STUDIO

DRAWS = 12
ALL = find_scenarios(SCENARIOS)


def drawn(scenario_id: str) -> Iterator[Scenario]:
    """The scenario as several candidates get it."""
    for seed in range(DRAWS):
        yield load_scenario(SCENARIOS, scenario_id, seed=seed, studio=STUDIO)


@pytest.mark.parametrize("scenario_id", ALL)
def test_candidates_get_different_tasks(scenario_id: str) -> None:
    """Of a dozen candidates in a row, hardly two have the same task."""
    different = {json.dumps(dict(s.parameters), sort_keys=True) for s in drawn(scenario_id)}
    assert len(different) >= DRAWS // 2


@pytest.mark.parametrize("scenario_id", ALL)
def test_every_script_of_every_draw_is_bash(scenario_id: str, tmp_path: Path) -> None:
    """Faults and answers are well-formed whichever branch of a template was taken."""
    file = tmp_path / "all.sh"
    for scenario in drawn(scenario_id):
        scripts = [f for f in fault_files(scenario.folder) if f.suffix == ".sh"]
        scripts += [answer.path for answer in scenario.answers]
        for path in scripts:
            file.write_text(script(scenario, path, WORKSTATION_PATHS), encoding="utf-8")
            done = subprocess.run(["bash", "-n", file], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), f"{path}, seed {scenario.seed}"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scenario_id", ALL)
def test_statements_say_what_is_graded(scenario_id: str, language: Language) -> None:
    """Each check and each part of it stands in the statement; their points add up to 100."""
    scenario = load_scenario(SCENARIOS, scenario_id, seed=1, studio=STUDIO)
    text = statement(scenario, language)
    checks = collect_checks(scenario)
    assert sum(check.declaration.points for check in checks) == 100
    for check in checks:
        for title in (check.declaration.title, *(p.title for p in check.declaration.parts)):
            assert title.in_(language) in text, title
