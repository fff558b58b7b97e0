"""`grader start`: bring up a sandbox for an attempt."""

# ruff: noqa: PLR0913, PLR0917 - a command's options are its arguments

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, ScenariosOption, attempt_document, invocation
from grader.cli.shown.attempt_words import say
from grader.cli.shown.phases import phases_document, shown_phases
from grader.model.text import Language

CandidateOption = Annotated[
    str,
    typer.Option(
        "--candidate",
        metavar="NAME",
        show_default=False,
        help="Whose work is graded; without a name it is practice.",
    ),
]
ProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider",
        metavar="P",
        show_default=False,
        help="What runs the sandbox, such as kind; chosen by what the machine has.",
    ),
]
LanguageOption = Annotated[Language, typer.Option("--lang", help="What the candidate reads.")]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        show_default=False,
        help="Draws the scenario's parameters; random without it.",
    ),
]


def start(
    context: typer.Context,
    scenario_id: Annotated[str, typer.Argument(metavar="ID", help="The scenario's id.")],
    candidate: CandidateOption = "",
    provider: ProviderOption = None,
    language: LanguageOption = Language.FRENCH,
    seed: SeedOption = None,
    folder: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Bring up a sandbox for an attempt at a scenario."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts import start as beginning  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    order = beginning.Order(scenario_id, candidate.strip(), provider, language, seed, folder)
    here.output.language = order.told_in
    with shown_phases(here.output) as log:
        attempt = beginning.start(around, order, log)
    here.output.document({"attempt": attempt_document(attempt), **phases_document(log)})
    here.output.show(say("started", here.output.language, attempt=attempt.id))
    here.output.next_commands(
        f"grader task {attempt.id}", f"grader shell {attempt.id}", f"grader submit {attempt.id}"
    )
