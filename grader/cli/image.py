"""`grader image build`: make the images that can't be pulled."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.shown.phases import phases_document, shown_phases

app = typer.Typer(
    help="Make container images where no registry can be reached.", no_args_is_help=True
)


@app.callback()
def images() -> None:
    """Make container images where no registry can be reached."""


@app.command()
def build(
    context: typer.Context,
    force: Annotated[
        bool, typer.Option("--force", help="Build again what the cache already has.")
    ] = False,
    json_mode: JsonOption = False,
) -> None:
    """Build the node, workstation and service images from packages and sources."""
    here = invocation(context, json_mode=json_mode)
    from grader.sandbox.image.build import build_images  # noqa: PLC0415 - loads the builders

    with shown_phases(here.output) as log:
        built = build_images(log, force=force)
    here.output.document({"images": built, **phases_document(log)})
    here.output.show(*built)
