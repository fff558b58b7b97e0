"""All mutants of a scenario's solved state."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judging.proof.difference import Solved, subject
from grader.judging.proof.mutant import Mutant
from grader.judging.proof.operators.answers import answers
from grader.judging.proof.operators.configuration import configuration
from grader.judging.proof.operators.files import files
from grader.judging.proof.operators.neighbours import neighbours
from grader.judging.proof.operators.networking import networking
from grader.judging.proof.operators.releases import releases
from grader.judging.proof.operators.rules import rules
from grader.judging.proof.operators.undone import undone
from grader.judging.proof.operators.workloads import workloads
from grader.model.scenario import Scenario


def mutants(scenario: Scenario, solved: Sequence[Solved]) -> tuple[Mutant, ...]:
    """Every mutant, each name once, the objects' first.

    Args:
        scenario: Whose right answers these are.
        solved: A sandbox before and after each right answer; the first is the one to be damaged.
    """
    about = subject(solved)
    every = (
        *undone(about),
        *workloads(about, scenario.studio),
        *networking(about),
        *configuration(about),
        *rules(about),
        *releases(about),
        *files(solved),
        *answers(solved),
        *neighbours(about, scenario.may_change),
    )
    unchanged = solved[0].solved
    named = {one.name: one for one in reversed(every) if one.of(unchanged) != unchanged}
    return tuple(named[name] for name in dict.fromkeys(o.name for o in every) if name in named)
