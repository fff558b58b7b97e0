"""`grader setup`: fetch or build the programs and images that sandboxes need."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.shown.phases import phases_document, shown_phases


def setup(
    context: typer.Context,
    provider: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROVIDER]",
            show_default=False,
            help="What to prepare for, such as kind; chosen by what the machine has.",
        ),
    ] = None,
    json_mode: JsonOption = False,
) -> None:
    """Fetch or build the programs and images that sandboxes need, so that starting is fast."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.signing.keys import KeyRing  # noqa: PLC0415 - not for `--help`
    from grader.sandbox.setup import prepare  # noqa: PLC0415 - loads the tools' machinery

    with shown_phases(here.output) as log:
        prepare(provider, log)
    # So that results can be signed, and the public key be handed out before the first exam.
    KeyRing(here.surroundings().home).signer()
    here.output.document({"ready": True, **phases_document(log)})
    here.output.next_commands("grader demo", "grader start deploy-service")
