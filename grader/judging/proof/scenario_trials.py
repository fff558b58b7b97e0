"""The trials by which one scenario is proved, each in a sandbox of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from grader.judging.proof.cache import Kept, ProofCache
from grader.judging.proof.claims import Claim, Group, ScenarioProof
from grader.judging.proof.damage import Damage
from grader.judging.proof.difference import Solved
from grader.judging.proof.draws import FEW_VALUES, MOST_VALUES, Draw, draws, one_of
from grader.judging.proof.expected import declared, full, untouched
from grader.judging.proof.lease import Lease, Sandboxes
from grader.judging.proof.trial import Examiner, claim
from grader.judging.proof.workbench import Workbench
from grader.model.scenario import Answer, Scenario
from grader.model.text import Bilingual
from grader.model.verdict import Verdict

UNTOUCHED = "untouched"
QUICK = frozenset({Group.UNTOUCHED, Group.RIGHT, Group.WRONG, Group.TEARDOWN})
"""The groups of claims that a quick proof makes."""
QUICK_IF_ASKED = frozenset({Group.DRAWS})
"""Those that it makes only where they are asked for."""

_QUICK_WRONG = 2
_ON_SOLVED = frozenset({Group.REWRITES, Group.MUTANTS})


@dataclass(frozen=True)
class Trial:
    """Something to be tried in a sandbox.

    Attributes:
        claims: Group and name of each claim that it is known to make, for the case that it can't.
        run: Makes it.
        solves: Whether it gives what the damage trial compares.
    """

    claims: tuple[tuple[Group, str], ...]
    run: Callable[[], Kept]
    solves: bool = False


@dataclass(frozen=True)
class ScenarioTrials:
    """Plans the trials of a scenario.

    Args:
        load: Gives the scenario with its parameters drawn from a seed.
        sandboxes: Where they are made.
        examiner: Who judges.
        cache: What is known already.
        groups: Which claims are wanted.
        refused: Why nothing can be proved with this provider; "" where it can.
        quick: Whether a part is enough: untouched, the first right answer once, the first two wrong ones,
            by name, in any sandbox that looks as a fresh one does. That the scenario works, not that it
            judges rightly. Of draws, those of the parameters that may be few things.
        seed: Draws the parameters; the next one draws the other ones, and further ones what these have not.
    """

    load: Callable[[int], Scenario]
    sandboxes: Sandboxes
    examiner: Examiner
    cache: ProofCache
    groups: frozenset[Group] = field(default_factory=lambda: frozenset(Group))
    refused: str = ""
    quick: bool = False
    seed: int = 0

    def first(self) -> Iterator[Trial]:
        """The trials that need nothing but the scenario.

        Each right answer is typed twice, and where parameters are drawn, with two different draws: first in a
        sandbox that was made for it, then in one that may have been brought back to its start.
        The second time of the first answer belongs to the damage trial.
        With every further draw that has a value of its own, one right answer in turn is typed. Wrong answers are
        spread over all draws.
        """
        if self.refused:
            return
        scenario = self.load(self.seed)
        every = draws(scenario)
        yield from self._right_answers(scenario, every)
        if Group.DRAWS in self.groups:
            yield from self._further_draws(scenario)
        if Group.WRONG in self.groups:
            wrong = [answer for answer in scenario.answers if not answer.right]
            wrong.sort(key=lambda answer: answer.name)
            for answer in wrong[: _QUICK_WRONG if self.quick else None]:
                yield self._wrong(one_of(every, answer.name), answer)

    def _right_answers(self, scenario: Scenario, every: Sequence[Draw]) -> Iterator[Trial]:
        other = self.load(every[1].seed) if len(every) > 1 else scenario
        plainest, *more = scenario.right_answers
        if self.quick:
            more = []
        if self.groups & {Group.UNTOUCHED, Group.RIGHT}:
            yield self._untouched(other, plainest if Group.RIGHT in self.groups else None)
        if self.groups & (_ON_SOLVED | {Group.RIGHT}):
            for answer in more:
                yield self._right(scenario, answer, "first time", solves=True)
        if Group.RIGHT in self.groups:
            for answer in more:
                yield self._right(other, answer, "second time")

    def _further_draws(self, scenario: Scenario) -> Iterator[Trial]:
        every = draws(scenario, most_values=FEW_VALUES if self.quick else MOST_VALUES)
        for drawn, answer in zip(every[2:], cycle(scenario.right_answers), strict=False):
            yield self._drawn(drawn, answer)

    def last(self, solved: Sequence[Solved]) -> Trial | None:
        """The trial that damages solved work, once it is known what the other right answers leave."""
        wanted = self.groups & (_ON_SOLVED | {Group.RIGHT})
        if not wanted or self.refused or self.quick:
            return None
        scenario = self.load(self.seed)
        plainest = scenario.right_answers[0]
        name = f"{plainest.name}, second time"
        rest = [(group, "not judged") for group in sorted(self.groups & _ON_SOLVED)]

        def run() -> Kept:
            with Workbench(self.sandboxes, scenario, plainest, self.examiner) as bench:
                return Damage(scenario, bench, self.groups).run(name, solved)

        trial = f"damage {','.join(sorted(wanted))}"
        key = self.cache.key(scenario, trial, scenario.right_answers)
        return Trial(((Group.RIGHT, name), *rest), lambda: self._kept(key, run))

    def _untouched(self, scenario: Scenario, answer: Answer | None) -> Trial:
        name = f"{answer.name}, first time" if answer else ""

        def run() -> Kept:
            with self.sandboxes.lend(scenario, fresh=not self.quick) as lease:
                made = [self._seen(lease, Group.UNTOUCHED, UNTOUCHED)]
                if answer is not None:
                    made.append(self._then_solved(lease, answer, Group.RIGHT, name))
            return Kept(tuple(made))

        # What a quick proof showed in any sandbox is not yet shown in one that was made for it.
        trial = f"{UNTOUCHED}, any sandbox" if self.quick else UNTOUCHED
        key = self.cache.key(scenario, trial, [answer] if answer else [])
        named = ((Group.UNTOUCHED, UNTOUCHED), *(((Group.RIGHT, name),) if answer else ()))
        return Trial(named, lambda: self._kept(key, run))

    def _right(
        self, scenario: Scenario, answer: Answer, time: str, *, solves: bool = False
    ) -> Trial:
        name = f"{answer.name}, {time}"

        def run() -> Kept:
            with self.sandboxes.lend(scenario, fresh=solves) as lease:
                _, done = self.examiner.play(lease, answer)
                judged = full(done.submission.results)
                made = claim(Group.RIGHT, name, done, judged, ready_s=lease.ready_s)
                solved = Solved(lease.start.found, done.observation) if done.observation else None
            return Kept((made,), solved=solved if solves else None)

        key = self.cache.key(scenario, f"right {time}", [answer])
        return Trial(((Group.RIGHT, name),), lambda: self._kept(key, run), solves)

    def _drawn(self, drawn: Draw, answer: Answer) -> Trial:
        scenario = self.load(drawn.seed)
        names = (f"{UNTOUCHED}, {drawn}", f"{answer.name}, {drawn}")

        def run() -> Kept:
            with self.sandboxes.lend(scenario) as lease:
                before = self._seen(lease, Group.DRAWS, names[0])
                solved = self._then_solved(lease, answer, Group.DRAWS, names[1])
            return Kept((before, solved))

        key = self.cache.key(scenario, f"draw {drawn}", [answer])
        return Trial(tuple((Group.DRAWS, name) for name in names), lambda: self._kept(key, run))

    def _wrong(self, drawn: Draw, answer: Answer) -> Trial:
        scenario = self.load(drawn.seed)
        name = answer.name if drawn.seed == self.seed else f"{answer.name}, seed {drawn.seed}"

        def run() -> Kept:
            with self.sandboxes.lend(scenario) as lease:
                _, done = self.examiner.play(lease, answer)
                judged = declared(done.submission.results, answer.expects)
                made = claim(Group.WRONG, name, done, judged, ready_s=lease.ready_s)
            return Kept((made,))

        key = self.cache.key(scenario, f"wrong {name}", [answer])
        return Trial(((Group.WRONG, name),), lambda: self._kept(key, run))

    def _seen(self, lease: Lease, group: Group, name: str) -> Claim:
        """What the untouched sandbox earns."""
        seen = self.examiner.judge(lease)
        judged = untouched(seen.submission.results)
        return claim(group, name, seen, judged, ready_s=lease.ready_s)

    def _then_solved(self, lease: Lease, answer: Answer, group: Group, name: str) -> Claim:
        """What a right answer earns where it was judged before: that only reads, so nothing was touched."""
        _, done = self.examiner.play(lease, answer)
        return claim(group, name, done, full(done.submission.results))

    def _kept(self, key: str, run: Callable[[], Kept]) -> Kept:
        known = self.cache.get(key)
        if known is not None:
            return known
        self.sandboxes.raise_if_cancelled()
        made = run()
        if is_shown(made.claims):
            self.cache.put(key, made)
        return made


def is_shown(claims: Sequence[Claim]) -> bool:
    """Whether every group of claims came out well, so that it need not be shown again."""
    return ScenarioProof("", Bilingual("", ""), tuple(claims)).verdict is Verdict.PASSED
