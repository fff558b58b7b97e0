"""`grader bench`: how long things take, beside the plain way of doing them."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.phases import shown_phases

app = typer.Typer(help="Measure how long things take, beside the plain way.", no_args_is_help=True)


@app.callback()
def benches() -> None:
    """Measure how long things take, beside the plain way."""


@app.command()
def sandbox(
    context: typer.Context,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="How often to measure; medians are shown.")
    ] = 3,
    json_mode: JsonOption = False,
) -> None:
    """Time a sandbox's start beside bare kind, image load, kubectl apply and wait."""
    here = invocation(context, json_mode=json_mode)
    from grader.sandbox.bench import bench_sandbox  # noqa: PLC0415 - loads the providers

    with shown_phases(here.output) as log:
        measured = bench_sandbox(log, runs=runs)
    document = measured.to_json()
    here.output.document(document)
    here.output.show(
        f"ours   {document['ours_s']:.1f} s",
        f"theirs {document['theirs_s']:.1f} s  ({document['compared_with']})",
        f"ratio  {document['ratio']:.2f}",
    )
