"""One practical task, as its folder describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from grader.model.studio import NAMESPACE, Studio
from grader.model.text import Bilingual

ParameterValue = str | int | Mapping[str, str | int]
"""What a parameter may be: a text, a number, or several of them that belong together, by name."""


@dataclass(frozen=True)
class Selector:
    """Objects that the candidate's work may change: a kind and a name in which `*` stands for anything.

    Attributes:
        kind: Such as "Deployment".
        name: The objects' name.
        namespace: Theirs; "" for objects outside any.
        fields: What of them may change, such as "spec.replicas" with all that is below; empty:
            everything, and they may go.
    """

    kind: str
    name: str
    namespace: str = NAMESPACE
    fields: tuple[str, ...] = ()

    def matches(self, kind: str, namespace: str, name: str) -> bool:
        """Whether an object is one of those meant."""
        return (
            kind == self.kind
            and fnmatchcase(name, self.name)
            and fnmatchcase(namespace, self.namespace)
        )

    def covers(self, path: str) -> bool:
        """Whether a place in such an object may change."""
        return not self.fields or any(
            path == allowed or path.startswith((f"{allowed}.", f"{allowed}["))
            for allowed in self.fields
        )


@dataclass(frozen=True)
class Expectation:
    """What an answer must score.

    Attributes:
        failed: Ids of the checks that must fail; all others must pass.
        points: What must be earned, or None where the answer does not say.
    """

    failed: frozenset[str] = frozenset()
    points: int | None = None


@dataclass(frozen=True)
class Answer:
    """A stored answer: a bash script typed at the workstation, and what it must score.

    Attributes:
        name: The file's name without its ending, such as "right-helm-install".
        path: The script.
        right: Whether it must get every point.
        expects: What it must score; of a right answer, nothing failed.
    """

    name: str
    path: Path
    right: bool
    expects: Expectation


@dataclass(frozen=True)
class ProofException:
    """A mutant or a rewrite that proves nothing in a scenario.

    Attributes:
        name: Its name, in which `*` stands for anything.
        reason: Why; reports show it.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class Scenario:
    """One practical task, with its parameters drawn.

    Attributes:
        id: The folder's name, such as "deploy-service".
        folder: Where it lies.
        title: What candidates and examiners call it.
        guide: The section of the training guide that it examines.
        minutes: The time that a candidate has.
        settle_s: How many seconds the cluster may take to converge after the submission.
        pass_percent: The pass mark.
        needs: Capabilities that the sandbox must have.
        services: Ids of the services deployed when the candidate begins.
        may_change: Objects that the work may change; all others are guarded.
        seed: What the parameters were drawn from.
        parameters: Their values for this attempt.
        choices: What each of them may be.
        answers: The stored answers, right ones first.
        studio: What is true of the fifteen services.
        equivalent_mutants: Damage that takes nothing away which the statement demands.
        changing_rewrites: Rewrites that take something away which it demands.
        disk_mib: Size of the small disk that holds the workstation's /backups and /var/log; 0 for none.
    """

    id: str
    folder: Path
    title: Bilingual
    guide: str
    minutes: int
    settle_s: int
    pass_percent: int
    needs: tuple[str, ...]
    services: tuple[str, ...]
    may_change: tuple[Selector, ...]
    studio: Studio
    seed: int = 0
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    choices: Mapping[str, Sequence[ParameterValue]] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    equivalent_mutants: tuple[ProofException, ...] = ()
    changing_rewrites: tuple[ProofException, ...] = ()
    disk_mib: int = 0

    @property
    def fault(self) -> Path | None:
        """The folder of what breaks the sandbox; None where the scenario sets a goal."""
        folder = self.folder / "fault"
        return folder if folder.is_dir() else None

    @property
    def right_answers(self) -> tuple[Answer, ...]:
        """The answers that must get every point."""
        return tuple(a for a in self.answers if a.right)
