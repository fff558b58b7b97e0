"""The draws of a proof have every value, and none of them is idle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from grader.judging.authoring.parameters import draw
from grader.judging.authoring.scenario_folder import find_scenarios, load_scenario
from grader.judging.proof.draws import Draw, draws, one_of
from grader.model.scenario import ParameterValue, Scenario
from grader.sandbox.settings import data_folder

SCENARIOS = data_folder("scenarios")
PAIR: ParameterValue = {"cut": "game", "lost": "live"}


def _scenario(choices: Mapping[str, Sequence[ParameterValue]], *, seed: int = 0) -> Scenario:
    some = load_scenario(SCENARIOS, "backup")
    return replace(some, choices=choices, parameters=draw(some.id, choices, seed), seed=seed)


@pytest.mark.parametrize("seed", [0, 1, 900])
@pytest.mark.parametrize("name", find_scenarios(SCENARIOS))
def test_every_value_of_every_scenario_is_drawn(name: str, seed: int) -> None:
    """Each draw after the first two has a value that none before it had, and together they have all."""
    scenario = load_scenario(SCENARIOS, name, seed=seed)
    made = draws(scenario)
    assert [one.seed for one in made[:2]] == [seed, seed + 1]
    assert all(one.first for one in made[2:])
    drawn = [draw(name, scenario.choices, one.seed) for one in made]
    for parameter, among in scenario.choices.items():
        if len(among) <= 16:
            assert all(value in [one[parameter] for one in drawn] for value in among), parameter


def test_as_few_as_it_takes() -> None:
    """The longest list needs no more draws than it has values, and the shorter ones come with it."""
    made = draws(_scenario({"service": list("abcdefgh"), "fault": ["x", "y", "z"]}))
    assert 8 <= len(made) <= 9
    early = {str(one.first.get("fault")) for one in made[:4]}
    assert {"x", "y", "z"} <= early


def test_long_lists_are_left_out() -> None:
    """A number of a thousand is not drawn a thousand times; with a lower bound, a list of services is not either."""
    scenario = _scenario({"lot": range(1000), "service": list("abcdefghij"), "fault": ["x", "y"]})
    assert {name for one in draws(scenario) for name in one.first} == {"service", "fault"}
    assert {name for one in draws(scenario, most_values=8) for name in one.first} == {"fault"}


def test_a_value_twice() -> None:
    """What an author wrote twice is one value, which is drawn more often."""
    made = draws(_scenario({"fault": ["x", "y", "x"]}))
    assert {one.first["fault"] for one in made if one.first} == {"x", "y"}


def test_nothing_to_draw() -> None:
    """Without parameters there is one draw; where all is too long there are the two usual ones."""
    assert draws(_scenario({}, seed=3)) == (Draw(3),)
    assert draws(_scenario({"lot": range(1000)}, seed=3)) == (Draw(3), Draw(4))


def test_in_words() -> None:
    """A draw is shown by what it is drawn from and what is new in it."""
    assert str(Draw(7)) == "seed 7"
    assert str(Draw(7, {"hit": PAIR, "hour": 3})) == "seed 7: hit cut game, lost live, hour 3"


def test_one_of_the_draws_by_name() -> None:
    """The same name has the same draw, and many names have all of them."""
    among = [Draw(0), Draw(1), Draw(5)]
    assert one_of(among, "wrong-one") == one_of(among, "wrong-one")
    assert {one_of(among, f"wrong-{number}").seed for number in range(30)} == {0, 1, 5}
