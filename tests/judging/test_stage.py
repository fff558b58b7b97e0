"""Setting the stage: looked at while all is well, broken, and looked at again."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.judge import judge
from grader.judging.observing.stage import set_stage
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.model.verdict import Verdict
from tests.judging.doubles import PlayedCluster, PlayedSandbox, PlayedWorkstation
from tests.judging.folder import YAML, ScenarioFolder
from tests.judging.world import baseline_world, solved_world

FAULTY = YAML.replace("except: [geolocation]", 'except: ["{{ target.service }}"]').replace(
    "  colour:",
    "  target: { choice: [{ service: routing, port: 8011 }] }\n  colour:",
)


def _faulty(folder: ScenarioFolder) -> None:
    folder.write("scenario.yaml", FAULTY)
    folder.write("fault/20-break.sh", "n=${#list[@]}; kubectl delete svc {{ target.service }}\n")
    folder.write("fault/10-policy.yaml", "name: {{ services[target.service].port }}\n")


def test_without_a_fault_there_is_one_look(scenario_folder: ScenarioFolder) -> None:
    """Where a scenario sets a goal, the candidate finds what the baseline has seen."""
    cluster = PlayedCluster(baseline_world)
    start = set_stage(PlayedSandbox(cluster), scenario_folder.load(), PhaseLog())
    assert start.found is start.before
    assert cluster.looks == 1


def test_a_fault_comes_between_two_looks(scenario_folder: ScenarioFolder) -> None:
    """Manifests and scripts come in by their names' order, rendered; the baseline was taken before."""
    _faulty(scenario_folder)
    place = PlayedWorkstation()
    worlds = PlayedCluster(lambda: baseline_world() if place.typed else solved_world())
    sandbox = PlayedSandbox(worlds, place)
    log = PhaseLog()
    start = set_stage(sandbox, scenario_folder.load(), log)
    assert sandbox.applied == ["name: 8011\n"]
    assert place.typed == ["n=${#list[@]}; kubectl delete svc routing\n"]
    deployments = "apps/v1/Deployment"
    assert len(start.before.objects[deployments]) == len(start.found.objects[deployments]) + 1
    assert [phase.name for phase in log.phases] == ["baseline", "fault", "found"]


def test_a_fault_that_does_not_come_in_is_ours(scenario_folder: ScenarioFolder) -> None:
    """A script that fails ends the start with its name and its last words."""
    _faulty(scenario_folder)
    sandbox = PlayedSandbox(PlayedCluster(solved_world), PlayedWorkstation(exit_code=3))
    with pytest.raises(GraderError) as raised:
        set_stage(sandbox, scenario_folder.load(), PhaseLog())
    assert raised.value.code is Code.SANDBOX_BROKEN
    assert str(raised.value.where).endswith("fault/20-break.sh")
    assert raised.value.detail == "it did not work"


def test_scripts_know_where_the_workstation_lies(
    scenario_folder: ScenarioFolder, tmp_path: Path
) -> None:
    """A workstation whose folders lie elsewhere gets scripts with its own paths."""
    _faulty(scenario_folder)
    scenario_folder.write("fault/30-old.sh", "touch {{ backups }}/old.zip\n")
    place = PlayedWorkstation(paths={"backups": str(tmp_path), "studio": "/s"})
    set_stage(PlayedSandbox(PlayedCluster(solved_world), place), scenario_folder.load(), PhaseLog())
    assert place.typed[-1] == f"touch {tmp_path}/old.zip\n"


def test_what_is_shared_is_included(scenario_folder: ScenarioFolder, tmp_path: Path) -> None:
    """A script gets what several scenarios use rendered with its own workstation's paths."""
    _faulty(scenario_folder)
    scenario_folder.write(
        "fault/20-break.sh", '{% include "studio-data.sh" %}\nbackup "2025-11-02 22:00"\n'
    )
    place = PlayedWorkstation(paths={"backups": str(tmp_path), "studio": "/s"})
    set_stage(PlayedSandbox(PlayedCluster(solved_world), place), scenario_folder.load(), PhaseLog())
    assert '"/s/data/$service/store.json"' in place.typed[-1]
    assert f"archive={tmp_path}/pivori" in place.typed[-1]
    assert place.typed[-1].endswith('}\nbackup "2025-11-02 22:00"\n')


@pytest.mark.parametrize(
    ("file", "text", "mistake"),
    [
        ("fault/10-a.sh", "echo {{ servce }}", "fault/10-a.sh:1:1: servce: unknown, allowed: arch"),
        ("fault/10-a.yaml", "a\n{% if %}", "fault/10-a.yaml:2:1: not a template"),
        ("fault/10-a.py", "", "fault/10-a.py:1:1: 10-a.py, allowed: manifests (.yaml) and scripts"),
        (
            "fault/10-a.sh",
            '{% include "no.sh" %}',
            "include 'no.sh': unknown, allowed: studio-data.sh, until-shown.sh",
        ),
        (
            "fault/10-a.sh",
            "{% include minutes %}",
            "an include that is worked out: unknown, allowed",
        ),
        (
            "fault/10-a.sh",
            '{% include "../a.sh" %}',
            "include '../a.sh': unknown, allowed: studio-d",
        ),
        ("answers/right-way.sh", "echo {{ nope }}", "answers/right-way.sh:1:1: nope: unknown"),
    ],
)
def test_mistakes_in_templates_are_told(
    file: str, text: str, mistake: str, scenario_folder: ScenarioFolder
) -> None:
    """Faults and answers are looked through when the scenario is read, not when a candidate waits."""
    scenario_folder.write(file, text)
    assert mistake in "\n".join(scenario_folder.mistakes())


def test_the_file_itself_may_name_parameters(scenario_folder: ScenarioFolder) -> None:
    """Title, services and what may change are drawn with the rest; a wrong service is a mistake with its place."""
    text = FAULTY.replace("fr: Petit", 'fr: "Petit {{ target.service }}"') + (
        'may_change:\n  - { kind: Service, name: "{{ target.service }}" }\n'
    )
    scenario_folder.write("scenario.yaml", text)
    scenario = scenario_folder.load()
    assert scenario.title.fr == "Petit routing"
    assert "routing" not in scenario.services
    assert scenario.may_change[0].name == "routing"
    scenario_folder.write("scenario.yaml", text.replace('{{ target.service }}"]', 'x{{ count }}"]'))
    assert any("services.except.0: 'x" in line for line in scenario_folder.mistakes())
    scenario_folder.write("scenario.yaml", text.replace('{{ target.service }}"]', '{{ no }}"]'))
    assert any("'no' is undefined" in line for line in scenario_folder.mistakes())


CHECKS = """\
from grader.checks import check, equal_to, expect, http_probe

HEALTH = http_probe("{{ target.service }}", "/health")


@check(points=3, fr="{{ target.service }} va", en="{{ target.service }} is well", probes=[HEALTH])
def test_one(answers, before, found, cluster, baseline):
    seen = [look.answers.to(HEALTH).status for look in (before, found)] + [answers.to(HEALTH).status]
    expect(seen, equal_to([200, 0, 200]), where="w", fr="f", en="e")
    assert before.cluster.deployment("routing").exists
    assert baseline.deployment("routing").exists
    assert not found.cluster.deployment("geolocation").exists
"""


def test_checks_compare_three_moments(scenario_folder: ScenarioFolder) -> None:
    """A check has the drawn service in its title and probes, and sees it before, as found, and now."""
    _faulty(scenario_folder)
    scenario_folder.write("test_small.py", CHECKS)
    place = PlayedWorkstation()
    broken = baseline_world()
    broken.answers.pop("routing")
    sandbox = PlayedSandbox(PlayedCluster(lambda: broken if place.typed else solved_world()), place)
    scenario = scenario_folder.load()
    start = set_stage(sandbox, scenario, PhaseLog())
    (result,) = judge(scenario, start.before, start)
    assert result.verdict is Verdict.PASSED, result
    assert result.title.en == "routing is well"


def test_a_check_that_names_no_parameter_is_refused(scenario_folder: ScenarioFolder) -> None:
    """A text of a check that names what was not drawn is the scenario's mistake."""
    scenario_folder.write("test_small.py", CHECKS.replace("target.service", "nothing"))
    with pytest.raises(GraderError) as raised:
        set_stage(PlayedSandbox(PlayedCluster(baseline_world)), scenario_folder.load(), PhaseLog())
    assert raised.value.code is Code.SCENARIO_INVALID
    assert "'nothing' is undefined" in str(raised.value.detail)
