"""Solved work rewritten and damaged: what must keep full points, and what must lose some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.judging.proof.cache import Kept
from grader.judging.proof.claims import Claim, Excepted, Group
from grader.judging.proof.difference import Solved, subject
from grader.judging.proof.excepted import split
from grader.judging.proof.expected import full
from grader.judging.proof.live_rewrites import live_rewrites
from grader.judging.proof.mutant import About, Mutant
from grader.judging.proof.mutants import mutants
from grader.judging.proof.record import judge_mutants, judge_rewrites
from grader.judging.proof.rewriting import recorded_rewrites
from grader.judging.proof.trial import claim
from grader.judging.proof.workbench import Workbench
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import Verdict


@dataclass(frozen=True)
class Damage:
    """The trial on solved work.

    Args:
        scenario: Whose right answer is typed.
        bench: Where.
        groups: Which claims are wanted.
    """

    scenario: Scenario
    bench: Workbench
    groups: frozenset[Group]

    def run(self, name: str, others: Sequence[Solved]) -> Kept:
        """Solve, then rewrite and damage.

        Args:
            name: What the claim about the right answer itself is called.
            others: What the other right answers left in their sandboxes.
        """
        lease, done = self.bench.solve()
        judged = full(done.submission.results)
        solved = claim(Group.RIGHT, name, done, judged, ready_s=lease.ready_s)
        if solved.verdict is not Verdict.PASSED or done.observation is None:
            why = ("the right answer does not get full points, so nothing can be told",)
            lost = [
                Claim(group, "not judged", Verdict.ERROR, why)
                for group in (Group.REWRITES, Group.MUTANTS)
                if group in self.groups
            ]
            return Kept((solved, *lost))
        answers = [Solved(lease.start.found, done.observation), *others]
        claims: list[Claim] = [solved]
        excepted: list[Excepted] = []
        if Group.REWRITES in self.groups:
            claims += self._rewrites(lease.start, answers, excepted)
        if Group.MUTANTS in self.groups:
            claims += self._mutants(lease.start, answers, excepted)
        return Kept(tuple(claims), tuple(excepted))

    def _rewrites(
        self, start: StartingPoint, answers: Sequence[Solved], excepted: list[Excepted]
    ) -> Iterator[Claim]:
        about, declared = subject(answers), self.scenario.changing_rewrites
        recorded, out = split(recorded_rewrites(about), declared, Group.REWRITES)
        live, out_too = split(live_rewrites(about), declared, Group.REWRITES)
        excepted += [*out, *out_too]
        yield from judge_rewrites(self.scenario, start, answers[0].solved, recorded)
        yield from self.bench.play_rewrites(live)

    def _mutants(
        self, start: StartingPoint, answers: Sequence[Solved], excepted: list[Excepted]
    ) -> Iterator[Claim]:
        """On the record first; what survives there, and what is about behaviour, on the cluster too."""
        every = mutants(self.scenario, answers)
        wanted, out = split(every, self.scenario.equivalent_mutants, Group.MUTANTS)
        excepted += out
        recorded = self._recorded(start, answers[0].solved, wanted)
        again = [m for m in wanted if m.edits and m.about is About.OBJECT and _is_open(m, recorded)]
        played = {
            made.name: made
            for made in self.bench.play_mutants(
                again, lambda m, why: _refused(recorded[m.name], why)
            )
        }
        for mutant in wanted:
            yield played.get(mutant.name, recorded[mutant.name])

    def _recorded(
        self, start: StartingPoint, solved: Observation, wanted: Sequence[Mutant]
    ) -> dict[str, Claim]:
        return {made.name: made for made in judge_mutants(self.scenario, start, solved, wanted)}


def _is_open(mutant: Mutant, recorded: dict[str, Claim]) -> bool:
    return mutant.behaviour or recorded[mutant.name].verdict is not Verdict.PASSED


def _refused(recorded: Claim, why: str) -> Claim:
    """What the cluster does not allow is decided by the record."""
    if recorded.verdict is Verdict.PASSED:
        return recorded
    line = why.splitlines()[-1] if why else "no reason given"
    return replace(recorded, reasons=(*recorded.reasons, f"on a cluster it is refused: {line}"))
