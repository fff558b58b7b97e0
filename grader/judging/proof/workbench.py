"""A solved sandbox that is damaged and mended again, and replaced by another where it can't be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from grader.judging.proof.claims import Claim, Group
from grader.judging.proof.cluster_edits import Refused, edit, undo
from grader.judging.proof.expected import full, lost
from grader.judging.proof.lease import Lease, Sandboxes
from grader.judging.proof.live_rewrites import LiveRewrite
from grader.judging.proof.mutant import Mutant
from grader.judging.proof.trial import Attempted, Examiner, claim
from grader.model.errors import Code, GraderError
from grader.model.scenario import Answer, Scenario
from grader.model.verdict import Verdict


@dataclass
class Workbench:
    """A sandbox with a right answer in it.

    Args:
        sandboxes: Where it comes from.
        scenario: With its parameters drawn.
        answer: The right answer that is typed.
        examiner: Who judges.
    """

    sandboxes: Sandboxes
    scenario: Scenario
    answer: Answer
    examiner: Examiner
    _lease: Lease | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Nothing is taken before it is needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Give the sandbox back."""
        return self._stack.__exit__(kind, error, trace)

    def solve(self) -> tuple[Lease, Attempted]:
        """Take a sandbox, type the answer, and judge it."""
        self._lease = lease = self._stack.enter_context(self.sandboxes.lend(self.scenario))
        _, done = self.examiner.play(lease, self.answer)
        return lease, done

    def play_rewrites(self, rewrites: Sequence[LiveRewrite]) -> Iterator[Claim]:
        """Each rewrite on top of those before it keeps full points."""
        for rewrite in rewrites:
            lease = self._solved()
            try:
                rewrite.play(lease.sandbox.workstation)
            except Refused as refused:
                yield Claim(
                    Group.REWRITES,
                    rewrite.name,
                    Verdict.ERROR,
                    (f"the cluster refuses it: {refused.why}",),
                )
                self._discard()
                continue
            done = self.examiner.judge(lease)
            made = claim(Group.REWRITES, rewrite.name, done, full(done.submission.results))
            if made.verdict is not Verdict.PASSED:
                self._discard()
            yield made

    def play_mutants(
        self, mutants: Sequence[Mutant], refused: Callable[[Mutant, str], Claim]
    ) -> Iterator[Claim]:
        """Each mutant loses points, and full points come back with what it took away.

        Args:
            mutants: Those that edit objects.
            refused: Makes the claim of one that the cluster does not allow, and why.
        """
        for mutant in mutants:
            lease = self._solved()
            try:
                made = edit(lease.sandbox.workstation, mutant.edits)
            except Refused as problem:
                yield refused(mutant, problem.why)
                continue
            done = self.examiner.judge(lease)
            yield claim(Group.MUTANTS, mutant.name, done, lost(done.submission.results))
            try:
                undo(lease.sandbox.workstation, made)
            except Refused:
                self._discard()
                continue
            mended = self.examiner.judge(lease)
            if full(mended.submission.results)[0] is not Verdict.PASSED:
                self._discard()

    def _solved(self) -> Lease:
        """The sandbox, solved; another one where the last can't be used any more."""
        if self._lease is None:
            lease, done = self.solve()
            verdict, reasons = full(done.submission.results)
            if verdict is not Verdict.PASSED:
                raise GraderError(
                    Code.SANDBOX_BROKEN,
                    f"{self.answer.name} does not get full points again: {'; '.join(reasons)}",
                    where=self.scenario.id,
                )
            return lease
        return self._lease

    def _discard(self) -> None:
        if self._lease is not None:
            self._lease.spoilt = True
            self._lease = None
            self._stack.close()
