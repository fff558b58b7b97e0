"""What a proof draws: the usual two draws, then every value that they have not, and wrong answers over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from grader.judging.authoring.parameters import draw
from grader.judging.proof.claims import Group
from grader.model.scenario import ParameterValue
from grader.model.verdict import Verdict
from tests.judging.proof.small import Small, problems


@pytest.mark.parametrize(
    ("parameters", "seeds"),
    [("", {6}), ("parameters:\n  word: { choice: [one, two] }\n", {6, 7})],
)
def test_other_parameters(small: Small, parameters: str, seeds: set[int]) -> None:
    """The seed draws those of the first time, the next one those of the second; without parameters there is one draw."""
    small.seed, small.yaml = 6, small.yaml + parameters
    assert problems(small.one()) == []
    assert {lease.scenario.seed for lease in small.sandboxes.lent} == seeds


def test_every_value_is_drawn(small: Small) -> None:
    """Where the two usual draws lack a value, another one has it, and what is wrong with it is found and named."""
    small.yaml += (
        "parameters:\n  word: { choice: [one, two, three] }\n  lot: { from: 1, to: 9000 }\n"
    )
    script = "deploy{{ ' one pod' if word == 'three' else '' }}\n"
    small.answers |= {"right-way": script, "right-other": script}
    small.groups = frozenset({Group.UNTOUCHED, Group.RIGHT, Group.DRAWS})
    small.seed = _first_with({"one", "two"})
    proof = small.one()
    (untouched, solved) = proof.of(Group.DRAWS)
    usual = {small.seed, small.seed + 1}
    (drawn,) = (one.scenario for one in small.sandboxes.lent if one.scenario.seed not in usual)
    assert drawn.parameters["word"] == "three"
    assert untouched.name == f"untouched, seed {drawn.seed}: word three"
    assert solved.name == f"right-other, seed {drawn.seed}: word three"
    assert [claim.verdict for claim in (untouched, solved)] == [Verdict.PASSED, Verdict.FAILED]
    assert proof.verdict_of(Group.RIGHT) is Verdict.PASSED
    assert proof.verdict is Verdict.FAILED


def test_wrong_answers_are_spread_over_the_draws(small: Small) -> None:
    """Which one has which does not depend on the others; the name says where it is not the first."""
    small.yaml += "parameters:\n  word: { choice: [one, two, three] }\n"
    for number in range(8):
        small.answers[f"wrong-{number}"] = small.answers["wrong-one"]
    small.groups = frozenset({Group.WRONG})
    names = sorted(claim.name for claim in small.one().of(Group.WRONG))
    assert {lease.scenario.parameters["word"] for lease in small.sandboxes.lent} == {
        "one",
        "two",
        "three",
    }
    assert len({name.partition(", seed ")[2] for name in names}) > 1
    del small.answers["wrong-3"]
    assert [name for name in names if not name.startswith("wrong-3")] == sorted(
        claim.name for claim in small.one().of(Group.WRONG)
    )


def _first_with(both: set[str]) -> int:
    """A seed that draws one of two words where the next one draws the other."""
    values: Mapping[str, Sequence[ParameterValue]] = {"word": ["one", "two", "three"]}
    words = [str(draw("small", values, seed)["word"]) for seed in range(50)]
    return next(seed for seed in range(49) if set(words[seed : seed + 2]) == both)
