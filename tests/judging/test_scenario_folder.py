"""Reading a scenario's folder: all mistakes at once, each with its place and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.parameters import draw, offered
from grader.judging.authoring.scenario_folder import find_scenarios, load_scenario
from grader.judging.authoring.scenario_schema import Choice, Range
from grader.judging.authoring.statement import statement
from grader.judging.authoring.yaml_guard import read_yaml
from grader.model.errors import Code, GraderError
from grader.model.text import Language
from tests.judging.folder import YAML, ScenarioFolder
from tests.judging.world import SCENARIOS, STUDIO


def test_valid_folder_is_read(scenario_folder: ScenarioFolder) -> None:
    """Everything that the file says is in the scenario, and defaults where it is silent."""
    scenario = scenario_folder.load()
    assert (scenario.id, scenario.title.fr, scenario.minutes) == ("small", "Petit", 10)
    assert scenario.pass_percent == 80
    assert len(scenario.services) == 14
    assert [answer.name for answer in scenario.answers] == ["right-way", "wrong-way"]
    assert scenario.answers[1].expects.failed == {"one"}
    assert scenario.fault is None


def test_a_small_disk_is_needed_where_it_is_asked_for(scenario_folder: ScenarioFolder) -> None:
    """A scenario with a small disk says its size, and needs a provider that has one; others have none."""
    plain = scenario_folder.load()
    assert (plain.disk_mib, "small-disk" in plain.needs) == (0, False)
    scenario_folder.write("scenario.yaml", f"{YAML}workstation: {{ disk_mib: 24 }}\n")
    small = scenario_folder.load()
    assert (small.disk_mib, small.needs) == (24, ("small-disk",))


def test_unknown_scenario_names_those_that_exist() -> None:
    """An unknown id lists the scenarios there are and suggests a close one."""
    with pytest.raises(GraderError) as raised:
        load_scenario(SCENARIOS, "deploy-servise", studio=STUDIO)
    assert raised.value.code is Code.SCENARIO_UNKNOWN
    assert "deploy-service" in raised.value.what
    assert raised.value.hint == "did you mean deploy-service?"


def test_find_scenarios(scenario_folder: ScenarioFolder) -> None:
    """Scenarios are the subfolders with a scenario.yaml, and nothing else."""
    (scenario_folder.path.parent / "not-one").mkdir()
    assert find_scenarios(scenario_folder.path.parent) == ["small"]
    assert find_scenarios(scenario_folder.path / "nowhere") == []


def test_all_mistakes_at_once(scenario_folder: ScenarioFolder) -> None:
    """Mistakes in every file are reported together, as file:line:column, value and what is allowed."""
    text = YAML.replace("minutes: 10", "minutes: many").replace("en: Small", "nl: Klein")
    text = text.replace("[geolocation]", "[geolocaton]").replace("guide:", "guid:")
    scenario_folder.write("scenario.yaml", text)
    scenario_folder.write("statement.fr.md", "a\n{{ count\n")
    scenario_folder.write("answers/wrong-way.sh", "#!/bin/sh\ntrue\n")
    scenario_folder.write("answers/other.sh", "true\n")
    (scenario_folder.path / "statement.en.md").unlink()
    (scenario_folder.path / "test_small.py").unlink()
    found = scenario_folder.mistakes()
    assert (
        "scenario.yaml:7:10: minutes: 'many', allowed: a whole number of minutes, 1 to 240" in found
    )
    assert any(line.startswith("scenario.yaml:4:3: title.en: missing") for line in found)
    assert any("title.nl: unknown, allowed: fr, en" in line for line in found)
    assert any("guid: unknown" in line and "did you mean guide?" in line for line in found)
    assert any(line.startswith("statement.fr.md:2:") for line in found)
    assert any(line.startswith("statement.en.md:1:1: missing") for line in found)
    assert any("answers/other.sh" in line and "allowed: right-" in line for line in found)
    assert any("answers/wrong-way.sh" in line and "# expects:" in line for line in found)
    assert any("no test_*.py" in line for line in found)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "id: small",
            "id: other",
            "scenario.yaml:2:5: id: 'other', allowed: the folder's name, small",
        ),
        ("[geolocation]", "[mars]", "scenario.yaml:10:12: services.except.0: 'mars', allowed: geo"),
        (
            "grader/v1",
            "grader/v2",
            "scenario.yaml:1:13: apiVersion: 'grader/v2', allowed: grader/v1",
        ),
        ("minutes: 10", "minutes: 10.5", "minutes: 10.5, allowed"),
        ("minutes: 10", 'minutes: "10"', "minutes: '10', allowed"),
        ("minutes: 10", "minutes: 0", "minutes: 0, allowed"),
        ("to: 5", "to: 1", "parameters.count.to: 1, allowed: at least 2"),
        ("{ from: 2, to: 5 }", "7", "parameters.count: 7, allowed: a mapping of names"),
        ("colour:", "a-colour:", "allowed: a name of letters"),
        ("  except: [geolocation]", "  only: [geolocation]", "services: {'only'"),
        ("settle_s: 20", "settle_s: 601", "settle_s: 601, allowed"),
        ("guide: Runbook 1", "guide: Runbook 1\nneeds: [magic]", "needs.0: 'magic', allowed"),
        (
            "guide: Runbook 1",
            "guide: Runbook 1\nmay_change: [{kind: X}]",
            "may_change.0.name: missing",
        ),
    ],
)
def test_each_mistake(scenario_folder: ScenarioFolder, old: str, new: str, mistake: str) -> None:
    """A single mistake is one line, with its place."""
    assert old in YAML
    scenario_folder.write("scenario.yaml", YAML.replace(old, new))
    found = scenario_folder.mistakes()
    assert [line for line in found if mistake in line]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: &x 1\nb: *x\n", ":1:4: &x: anchors are not allowed"),
        ("a: !!python/object/apply:os.system [x]\n", "tags are not allowed"),
        ("a: 1\nb: 2\na: 3\n", ":3:1: a: a second time, the first is in line 1"),
        ("- " * 30 + "1\n", "nested deeper than 20 levels"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("a: [1\n", "not YAML"),
        ("a: \x07\n", "not YAML"),
        ("<<: {a: 1}\n", "a key that is not plain text"),
        ("? [a]\n: 1\n", "a key that is not plain text"),
        ("x" * 300_000, "more than 256000 bytes"),
    ],
    ids=["anchor", "tag", "twice", "deep", "documents", "broken", "bell", "merge", "key", "long"],
)
def test_guarded_yaml(tmp_path: Path, text: str, mistake: str) -> None:
    """YAML's dangerous and surprising parts are refused with their place, before anything is built."""
    file = tmp_path / "a.yaml"
    file.write_text(text)
    mistakes = Mistakes(tmp_path)
    assert read_yaml(file, mistakes) is None
    assert mistake in "\n".join(str(found) for found in mistakes.found)


def test_yaml_words_are_what_they_look_like(tmp_path: Path) -> None:
    """`no`, `on`, `010`, `1:30` and `.inf` are text; true, 10, 1.5 and null are not."""
    file = tmp_path / "a.yaml"
    file.write_text("[no, on, 010, 1:30, .inf, 1_0, true, 10, -1, 1.5, null, ~, '10', 2001-01-01]")
    document = read_yaml(file, Mistakes(tmp_path))
    assert document is not None
    words = ["no", "on", "010", "1:30", ".inf", "1_0", True, 10, -1, 1.5, None, None]
    assert document.content == [*words, "10", "2001-01-01"]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever stands in a YAML file, reading it gives content or mistakes, never a crash."""
    folder = tmp_path_factory.mktemp("yaml")
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    mistakes = Mistakes(folder)
    assert (read_yaml(file, mistakes) is None) == bool(mistakes.found)


@pytest.mark.parametrize(
    ("header", "mistake"),
    [
        ("# expects: failed=one points=many", "points=many, allowed"),
        ("# expects: points=1", "must fail a check"),
        ("# expects: failed=one\n# expects: failed=one", "2 lines"),
        ("true\n# expects: failed=one", "0 lines"),
        ("# expects: failed=One", "failed=One, allowed"),
    ],
)
def test_answer_headers(scenario_folder: ScenarioFolder, header: str, mistake: str) -> None:
    """A wrong answer says in its head, once and in the form given, what it must score."""
    scenario_folder.write("answers/wrong-way.sh", f"#!/bin/sh\n{header}\n")
    assert mistake in "\n".join(scenario_folder.mistakes())


def test_right_answers_say_nothing(scenario_folder: ScenarioFolder) -> None:
    """A right answer must get every point; it can't declare anything less."""
    scenario_folder.write("answers/right-way.sh", "#!/bin/sh\n# expects: failed=one\n")
    assert "right answer expects full points" in "\n".join(scenario_folder.mistakes())


def test_statement_is_rendered(scenario_folder: ScenarioFolder) -> None:
    """A statement has the drawn parameters and the workstation's paths, which may lie elsewhere."""
    scenario = scenario_folder.load(seed=3)
    count, colour = scenario.parameters["count"], scenario.parameters["colour"]
    text = statement(scenario, Language.FRENCH)
    assert text == f"Faites {count} en {colour} dans /home/ubuntu/pivori-studio\n"
    assert "in /tmp/s" in statement(scenario, Language.ENGLISH, {"studio": "/tmp/s"})


def test_statement_names_only_what_is_offered(scenario_folder: ScenarioFolder) -> None:
    """A statement that names something unknown is a mistake that lists what there is."""
    scenario_folder.write("statement.en.md", "{{ colourr }}")
    assert "colourr: unknown, allowed: archives, backups" in "\n".join(scenario_folder.mistakes())


def test_statement_is_sandboxed(scenario_folder: ScenarioFolder) -> None:
    """A statement can't reach into Python, nor leave a field empty in silence."""
    for text in ("{{ studio.__class__.__mro__ }}", "{{ colour.missing }}"):
        scenario_folder.write("statement.en.md", text)
        with pytest.raises(GraderError) as raised:
            statement(scenario_folder.load(), Language.ENGLISH)
        assert raised.value.code is Code.SCENARIO_INVALID


@pytest.mark.parametrize("language", Language)
def test_deploy_service_statement(language: Language) -> None:
    """The statement lists every check with its points, and the guide's own paths."""
    text = statement(load_scenario(SCENARIOS, "deploy-service", studio=STUDIO), language)
    assert text.count("| 22 |") == 2
    assert "/home/ubuntu/pivori-studio/helm/geolocation/values-production.yaml" in text
    assert "{{" not in text
    assert "{%" not in text


@given(st.integers(0, 2**63))
def test_drawing_is_deterministic(seed: int) -> None:
    """A seed always draws the same, within what is declared; another parameter changes nothing."""
    spec: dict[str, Choice | Range] = {
        "n": Range.model_validate({"from": 1, "to": 3}),
        "c": Choice(choice=["a", "b"]),
    }
    drawn = draw("s", offered(spec), seed)
    assert drawn == draw("s", offered(spec), seed)
    assert drawn["n"] in {1, 2, 3}
    assert drawn["c"] in {"a", "b"}
    assert draw("s", offered({**spec, "z": Choice(choice=[1])}), seed)["n"] == drawn["n"]


def test_drawn_values_never_change() -> None:
    """The values drawn from a seed are fixed for ever: an old attempt must stay what it was."""
    spec: dict[str, Choice | Range] = {"n": Range.model_validate({"from": 0, "to": 999})}
    assert [draw("s", offered(spec), seed)["n"] for seed in range(4)] == FIRST_DRAWN


FIRST_DRAWN = [730, 656, 410, 303]
