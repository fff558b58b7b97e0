"""What the commands of one invocation share: the output, and the surroundings that they work in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.shown.output import Output

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.attempt import Attempt

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout, all else on stderr.")
]
ScenariosOption = Annotated[
    Path | None,
    typer.Option(
        "--scenarios",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Read scenarios from this folder instead of the product's own.",
    ),
]
AttemptArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ATTEMPT]",
        show_default=False,
        help="The attempt's id; may be left out where there is only one.",
    ),
]


@dataclass
class Invocation:
    """One run of the command.

    Attributes:
        output: Where words go.
        traceback: Whether the person asked for tracebacks.
        given: Surroundings other than the product's own (tests bring theirs).
    """

    output: Output = field(default_factory=Output)
    traceback: bool = False
    given: Surroundings | None = None

    def surroundings(self, scenarios: Path | None = None) -> Surroundings:
        """What the command works in; messages for the person go to the output."""
        if self.given:
            return replace(
                self.given, say=self.output.say, scenarios=scenarios or self.given.scenarios
            )
        from grader.exam.real import real_surroundings  # noqa: PLC0415 - not for `--help`

        return real_surroundings(self.output.say, scenarios=scenarios)


def invocation(context: typer.Context, *, json_mode: bool) -> Invocation:
    """The invocation that a command belongs to."""
    shared: Invocation = context.obj
    shared.output.json_mode = json_mode
    return shared


def attempt_document(attempt: Attempt) -> dict[str, str | int | None]:
    """An attempt as JSON data."""
    return {
        "id": attempt.id,
        "scenario": attempt.scenario,
        "seed": attempt.seed,
        "candidate": attempt.candidate,
        "language": attempt.language.value,
        "provider": attempt.provider,
        "state": attempt.state.value,
        "created_at": attempt.created_at,
        "ready_at": attempt.ready_at,
        "ended_at": attempt.ended_at,
    }
