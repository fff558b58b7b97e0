"""A check split into parts: each earns by itself, and none is ever passed by not being run."""

from __future__ import annotations

import pytest

from grader.checks import check, part
from grader.judging.authoring.statement import statement
from grader.judging.judge import judge
from grader.judging.recorded.evidence import results_from_json, results_to_json
from grader.model.observation import StartingPoint
from grader.model.score import earned_points
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from tests.judging.folder import ScenarioFolder
from tests.judging.world import baseline_world, solved_world

BASELINE = StartingPoint.of(baseline_world().observation())
SOLVED = solved_world().observation()

HEAD = """
from grader.checks import part, nothing

@check(points=10, fr="x", en="x", parts=[
    part("config", points=4, fr="a", en="a"), part("data", points=6, fr="b", en="b"),
])
def test_x(cluster, subtests):
"""
GOOD, BAD = "    with subtests.test('{}'): assert 1\n", "    with subtests.test('{}'): assert 0\n"
FAILS = "    expect(1, nothing(), where='w', fr='f', en='before')\n"

PASSED, FAILED, ERROR = Verdict


def split(folder: ScenarioFolder, body: str) -> tuple[CheckResult, int]:
    """The result of a check of two parts, and its points beside an objective that is reached."""
    results = judge(folder.checks(HEAD + body), SOLVED, BASELINE)
    return results[2], earned_points(results)["x"]


@pytest.mark.parametrize(
    ("body", "verdict", "parts", "earned"),
    [
        (GOOD.format("config") + GOOD.format("data"), PASSED, (PASSED, PASSED), 10),
        (GOOD.format("data") + GOOD.format("config"), PASSED, (PASSED, PASSED), 10),
        (GOOD.format("config") + BAD.format("data"), FAILED, (PASSED, FAILED), 4),
        (BAD.format("config") + GOOD.format("data"), FAILED, (FAILED, PASSED), 6),
        (BAD.format("config") + BAD.format("data"), FAILED, (FAILED, FAILED), 0),
        (FAILS, FAILED, (FAILED, FAILED), 0),
        (GOOD.format("config") + FAILS, FAILED, (PASSED, FAILED), 4),
        (
            GOOD.format("config") + BAD.format("config") + GOOD.format("data"),
            FAILED,
            (FAILED, PASSED),
            6,
        ),
    ],
    ids=["all", "any order", "first", "second", "none", "before", "between", "twice"],
)
def test_each_part_earns_by_itself(
    scenario_folder: ScenarioFolder,
    body: str,
    verdict: Verdict,
    parts: tuple[Verdict, ...],
    earned: int,
) -> None:
    """A failed check earns the points of the parts that passed; what fails outside fails the rest."""
    result, points = split(scenario_folder, body)
    assert result.verdict is verdict, result
    assert tuple(p.verdict for p in result.parts) == parts
    assert points == earned
    assert [p.id for p in result.parts] == ["config", "data"]
    for found in result.parts:
        assert (found.finding is not None) == (found.verdict is FAILED)
        assert found.fault == ""


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (GOOD.format("config"), "without running its part data"),
        ("    pass\n", "without running its part config, data"),
        (GOOD.format("config") + GOOD.format("dat"), "'dat' is no part"),
        (
            GOOD.format("config") + GOOD.format("data") + "    with subtests.test(): assert 1\n",
            "'' is no part",
        ),
        (GOOD.format("config") + "    with subtests.test('data'): {}['a']\n", "KeyError"),
        (BAD.format("config") + "    with subtests.test('data'): {}['a']\n", "KeyError"),
        (GOOD.format("config") + "    {}['a']\n", "KeyError"),
        (GOOD.format("config") + "    with subtests.test('data'): pytest.skip('no')\n", "skipped"),
        (GOOD.format("config") + "    with subtests.test('data'): pytest.xfail('no')\n", "xfail"),
        (GOOD.format("config") + GOOD.format("data") + FAILS, "failed outside its parts"),
    ],
)
def test_what_is_not_a_verdict_is_an_error(
    scenario_folder: ScenarioFolder, body: str, says: str
) -> None:
    """A part that did not run, is unknown, or ended in anything but a verdict makes the check an error."""
    result, points = split(scenario_folder, body)
    assert result.verdict is ERROR
    assert says in result.fault
    assert result.finding is None
    assert points == 0


def test_a_crash_leaves_no_part_passed_by_silence(scenario_folder: ScenarioFolder) -> None:
    """A part that was never run is an error of its own, not a pass."""
    result, _ = split(scenario_folder, GOOD.format("config") + "    1 / 0\n")
    assert tuple(p.verdict for p in result.parts) == (PASSED, ERROR)
    assert result.parts[1].fault == "it did not run"


def test_what_fails_first_explains_the_check(scenario_folder: ScenarioFolder) -> None:
    """The check's finding is what stopped it, or that of its first failed part."""
    result, _ = split(scenario_folder, GOOD.format("config") + FAILS)
    assert result.finding is not None
    assert result.finding.why.en == "before"
    assert result.parts[1].finding == result.finding


def test_parts_survive_the_record(scenario_folder: ScenarioFolder) -> None:
    """Recorded results come back with their parts; those recorded before parts were known do too."""
    result, _ = split(scenario_folder, GOOD.format("config") + BAD.format("data"))
    (data,) = results_to_json([result])
    assert results_from_json([data]) == (result,)
    del data["parts"]
    assert results_from_json([data])[0].parts == ()


@pytest.mark.parametrize(
    ("points", "parts", "says"),
    [
        (10, [("a", 4), ("b", 5)], "9 points in all, allowed: 10"),
        (10, [("a", 4), ("a", 6)], "each name once"),
        (10, [("A b", 10)], "lower-case words"),
        (10, [("a", 0), ("b", 10)], "a whole number from 1"),
        (2, [("a", 1), ("b", True)], "a whole number from 1"),
    ],
)
def test_parts_that_do_not_add_up_are_refused(
    points: int, parts: list[tuple[str, int]], says: str
) -> None:
    """A declaration whose parts are not whole points adding up to the check's is refused."""
    with pytest.raises(ValueError, match=says):
        check(
            points=points,
            fr="x",
            en="x",
            parts=[part(name, points=worth, fr="x", en="x") for name, worth in parts],
        )


def test_part_of_an_objective_is_a_part_of_the_guards(scenario_folder: ScenarioFolder) -> None:
    """A guard counts in proportion to what is reached of the objectives, a part of one too."""
    body = """
from grader.checks import check, part
@check(points=2, fr="x", en="x", parts=[part("a", points=1, fr="x", en="x"), part("b", points=1, fr="x", en="x")])
def test_one(subtests):
    with subtests.test("a"): assert A
    with subtests.test("b"): assert 0
@check(points=3, guard=True, fr="x", en="x")
def test_two(): pass
"""
    for reached, earned in (("0", {"one": 0, "two": 0}), ("1", {"one": 1, "two": 1})):
        scenario_folder.write("test_small.py", body.replace("assert A", f"assert {reached}"))
        assert earned_points(judge(scenario_folder.load(), SOLVED, BASELINE)) == earned


def test_statements_can_list_parts(scenario_folder: ScenarioFolder) -> None:
    """What each part is worth can be told to the candidate, with the attempt's parameters in it."""
    body = HEAD.replace('en="a"', 'en="{{ colour }} a"') + GOOD.format("config")
    template = "{% for c in checks %}{% for p in c.parts %}{{ p.id }}: {{ p.title }} {{ p.points }};{% endfor %}{% endfor %}"
    scenario_folder.write("statement.en.md", template)
    text = statement(scenario_folder.checks(body), Language.ENGLISH)
    assert text in {"config: red a 4;data: b 6;", "config: green a 4;data: b 6;"}
