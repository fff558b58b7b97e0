"""Data that somebody made to harm: refused, or harmless wherever it is shown."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.checks.wording import LONGEST
from grader.cli.shown.result_view import result_view
from grader.judging.authoring.statement import statement
from grader.judging.judge import judge
from grader.judging.recorded.evidence import Evidence, read_evidence, write_evidence
from grader.judging.recorded.recording import observation_from_json, observation_to_json, pack
from grader.judging.submit import practice_check, submit
from grader.model.errors import Code, GraderError
from grader.model.observation import ProbeAnswer, StartingPoint
from grader.model.studio import NAMESPACE
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from tests.judging.doubles import HandClock, PlayedCluster, PlayedSandbox, still
from tests.judging.folder import YAML, ScenarioFolder
from tests.judging.world import World, baseline_world, deploy_service, solved_world
from tests.report.samples import FAILED

START = StartingPoint.of(baseline_world().observation())
NASTY = "\x1b]0;owned\x07\x1b[2J[red]x[/red] <b>&\u202e\r\n\x00\x9b31m{{ 7*7 }}{% raw %}"
CHECK = '@check(points=1, fr="x", en="x")\n'


def result(folder: ScenarioFolder, body: str, world: World) -> CheckResult:
    """What a third check says of a world."""
    return judge(folder.checks(CHECK + body), world.observation(), START)[2]


def on_terminal(check: CheckResult) -> str:
    """How a result looks to a person whose terminal knows colours."""
    stream = io.StringIO()
    view = result_view(replace(FAILED, checks=(check,)), Language.ENGLISH)
    Console(file=stream, width=100, force_terminal=True, color_system=None).print(view)
    return stream.getvalue()


def nasty_world() -> World:
    """Every text that a candidate can write freely is nasty."""
    world = solved_world()
    deployment = world.get("apps/v1/Deployment", "geolocation")
    deployment["metadata"]["annotations"]["note"] = NASTY
    world.get("v1/ConfigMap", "geolocation-config")["data"][NASTY] = NASTY
    world.add("v1/ConfigMap", NASTY)
    return world


@pytest.mark.parametrize(
    "body",
    [
        (
            "def test_x(cluster):\n    d = cluster.deployment('geolocation')\n"
            "    expect(d.annotations['note'], equal_to('x'), where=d.where('note'), fr='f', en='e')"
        ),
        (
            "def test_x(cluster):\n    c = cluster.config_map('geolocation-config')\n"
            "    expect(c.data, equal_to({}), where=c.where(list(c.data)[-1]), fr='f', en='e')"
        ),
        "def test_x(cluster): cluster.config_map('absent').data",
        "def test_x(cluster): assert cluster.deployment('geolocation').annotations['note'] == 'x'",
        "def test_x(cluster): raise KeyError(cluster.deployment('geolocation').annotations['note'])",
        "def test_x(cluster): pytest.skip(cluster.deployment('geolocation').annotations['note'])",
    ],
    ids=["value", "mapping", "names", "assert", "exception", "skip"],
)
def test_control_characters_and_markup_are_shown_as_text(
    scenario_folder: ScenarioFolder, body: str
) -> None:
    """What a candidate named or wrote can't move the cursor, colour, turn or break a line."""
    found = result(scenario_folder, body, nasty_world())
    assert found.verdict is not Verdict.PASSED
    text = on_terminal(found)
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    assert "[red]x[/red]" in "".join(text.split())


def test_trouble_is_shown_as_text() -> None:
    """What a broken sandbox says of itself is cleaned too."""
    scenario = replace(deploy_service(), settle_s=0)

    def broken() -> World:
        raise ConnectionError(NASTY)

    submission = practice_check(
        PlayedSandbox(PlayedCluster(broken)), scenario, START, clock=HandClock()
    )
    assert submission.verdict is Verdict.ERROR
    assert submission.trouble.isprintable()


def test_huge_values_are_cut(scenario_folder: ScenarioFolder) -> None:
    """Megabytes in an object take a moment to judge and a line to show."""
    world = solved_world()
    config = world.get("v1/ConfigMap", "geolocation-config")
    config["data"] = {str(n): "x" * 1_000 for n in range(10_000)}
    began = time.monotonic()
    body = (
        "def test_x(cluster):\n    c = cluster.config_map('geolocation-config')\n"
        "    expect(c.data, equal_to({}), where=c.where('data'), fr='f', en='e')"
    )
    found = result(scenario_folder, body, world)
    assert found.finding is not None
    assert len(found.finding.seen.en) <= LONGEST + 1
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("body", ["[" * 200_000, "{", "NaN", '{"a": ' + "9" * 5_000 + "}", "\x00"])
def test_answers_that_are_no_json_fail_the_check(
    scenario_folder: ScenarioFolder, body: str
) -> None:
    """A Service that answers with anything else than JSON costs its own points and nobody's patience."""
    scenario = scenario_folder.checks(
        "from grader.checks import http_probe\nP = http_probe('routing', '/x')\n"
        '@check(points=1, fr="x", en="x", probes=[P])\n'
        "def test_x(answers): answers.to(P).json"
    )
    observation = solved_world().observation()
    probe = f"http://routing.{NAMESPACE}:http/x"

    observation = replace(observation, probes={probe: ProbeAnswer(200, body)})
    assert judge(scenario, observation, START)[2].verdict is Verdict.FAILED


def test_observed_names_are_no_templates(scenario_folder: ScenarioFolder) -> None:
    """A name that a candidate chose is never rendered, whatever a check does with it."""
    found = result(
        scenario_folder,
        "def test_x(files, cluster):\n    files.content('/x/{{ 7*7 }}{{ nothing }}')",
        solved_world(),
    )
    assert (found.verdict, found.cause) == (Verdict.ERROR, "not-declared")
    assert "{{ 7*7 }}{{ nothing }}" in found.fault


def test_drawn_values_are_no_templates(scenario_folder: ScenarioFolder) -> None:
    """A parameter that looks like a template is shown as it is."""
    scenario_folder.write("scenario.yaml", YAML.replace("[red, green]", '["{{ 7*7 }}"]'))
    text = statement(scenario_folder.load(), Language.ENGLISH)
    assert "{{ 7*7 }}" in text
    assert "49" not in text


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ services.__class__ }}",
        "{{ range(10 ** 9) | list }}",
        "{% for x in services.values() %}{{ x.__init__.__globals__ }}{% endfor %}",
        "{{ lipsum.__globals__ }}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_templates_can_not_reach_out(scenario_folder: ScenarioFolder, template: str) -> None:
    """A statement that reaches for Python, the machine or all of its memory is a mistake of its author's."""
    scenario_folder.write("statement.en.md", template)
    with pytest.raises(GraderError) as raised:
        statement(scenario_folder.load(), Language.ENGLISH)
    assert raised.value.code is Code.SCENARIO_INVALID


def evidence(folder: Path, bend: Callable[[dict[str, Any]], object]) -> Path:
    """Evidence of right work with its data bent, under its right name."""
    done = submit(still(solved_world()), deploy_service(), START, folder=folder, clock=HandClock())
    assert done.evidence is not None
    data = json.loads(gzip.decompress(done.evidence.read_bytes()))
    bend(data)
    text = json.dumps(data).replace('"1e999"', "1e999").encode()
    path = folder / f"{hashlib.sha256(text).hexdigest()}.json.gz"
    path.write_bytes(gzip.compress(text))
    return path


@pytest.mark.parametrize(
    "bend",
    [
        lambda d: d["results"][0].update(points=float("nan")),
        lambda d: d["results"][0].update(points="1e999"),
        lambda d: d["results"][0].update(points=1.5),
        lambda d: d["results"][0].update(points=-3),
        lambda d: d["results"][0].update(points=True),
        lambda d: d["observation"].update(held={"health": "1e999"}),
        lambda d: d["observation"].update(held={"health": -1}),
        lambda d: d["observation"].update(held={"health": "2"}),
    ],
    ids=["NaN", "infinite", "half", "negative", "true", "for ever", "negative time", "text"],
)
def test_scores_that_are_no_whole_numbers_are_refused(
    tmp_path: Path, bend: Callable[[dict[str, Any]], object]
) -> None:
    """Evidence with a score or a time that is no sane number is no evidence, though its name fits."""
    with pytest.raises(GraderError) as raised:
        read_evidence(evidence(tmp_path, bend))
    assert raised.value.code is Code.USAGE


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_can_not_be_recorded_gives_no_points(tmp_path: Path, value: float) -> None:
    """A number that JSON does not know ends the submission as an error of ours, in words."""
    path = evidence(tmp_path, lambda _data: None)
    whole = read_evidence(path)
    objects = {**whole.observation.objects, "x/v1/Y": [{"spec": value}]}
    bent: Evidence = replace(whole, observation=replace(whole.observation, objects=objects))
    with pytest.raises(GraderError) as raised:
        write_evidence(tmp_path / "out", bent)
    assert raised.value.code is Code.JUDGING_FAILED
    with pytest.raises(ValueError, match=r".+"):
        pack({"x": value})


def test_surrogates_and_controls_survive_the_record() -> None:
    """Whatever text was observed comes back from the record byte for byte."""
    world = solved_world()
    world.get("v1/ConfigMap", "geolocation-config")["data"] = {"x": NASTY + "\udcff"}
    observation = world.observation()
    text, _ = pack(observation_to_json(observation))
    back = observation_from_json(json.loads(text.decode("utf-8", "surrogatepass")))
    assert back == observation
