"""`grader bench`: how long things take, beside the plain way of doing them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.shown.phases import shown_phases
from grader.cli.start import ProviderOption

if TYPE_CHECKING:
    from grader.cli.shown.output import Output
    from grader.model.measured import Measured

RunsOption = Annotated[
    int, typer.Option("--runs", min=1, help="How often to measure; medians are shown.")
]

app = typer.Typer(help="Measure how long things take, beside the plain way.", no_args_is_help=True)


@app.callback()
def benches() -> None:
    """Measure how long things take, beside the plain way."""


@app.command()
def sandbox(
    context: typer.Context,
    runs: RunsOption = 3,
    json_mode: JsonOption = False,
) -> None:
    """Time a sandbox's start beside bare kind, image load, kubectl apply and wait."""
    here = invocation(context, json_mode=json_mode)
    from grader.sandbox.bench import bench_sandbox  # noqa: PLC0415 - loads the providers

    with shown_phases(here.output) as log:
        measured = bench_sandbox(log, runs=runs)
    _tell(here.output, measured)


@app.command()
def judge(
    context: typer.Context,
    runs: RunsOption = 10,
    provider: ProviderOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Time 25 checks of ready work on the fifteen services beside the same with kubectl."""
    here = invocation(context, json_mode=json_mode)
    from grader.judging.bench import bench_judge  # noqa: PLC0415 - as above

    with shown_phases(here.output) as log:
        measured = bench_judge(here.surroundings().provider_named(provider), log, runs=runs)
    _tell(here.output, measured)


@app.command()
def regrade(
    context: typer.Context,
    count: Annotated[
        int, typer.Option("--count", min=1, help="How many recorded submissions to judge again.")
    ] = 1000,
    workers: Annotated[
        int | None,
        typer.Option("--jobs", min=1, show_default=False, help="As `grader regrade` has it."),
    ] = None,
    provider: ProviderOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Time judging recorded submissions of 25 checks again beside a process of pytest for each."""
    here = invocation(context, json_mode=json_mode)
    from grader.judging.bench import bench_regrade  # noqa: PLC0415 - as above

    with shown_phases(here.output) as log:
        chosen = here.surroundings().provider_named(provider)
        measured = bench_regrade(chosen, log, count=count, workers=workers)
    _tell(here.output, measured)


@app.command()
def reset(
    context: typer.Context,
    runs: RunsOption = 3,
    provider: ProviderOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Time bringing a solved sandbox back to its start beside starting a fresh one."""
    here = invocation(context, json_mode=json_mode)
    from grader.judging.bench_reset import bench_reset  # noqa: PLC0415 - as above

    with shown_phases(here.output) as log:
        measured = bench_reset(here.surroundings().provider_named(provider), log, runs=runs)
    _tell(here.output, measured)


@app.command()
def embedded(
    context: typer.Context,
    runs: RunsOption = 3,
    at_once: Annotated[
        int,
        typer.Option("--at-once", min=0, help="How many to have at once in the end; 0 for none."),
    ] = 0,
    json_mode: JsonOption = False,
) -> None:
    """Time an embedded sandbox from its seed beside the same on kind; also without a seed, reset, stop, memory."""
    here = invocation(context, json_mode=json_mode)
    from grader.sandbox.bench_embedded import bench_embedded  # noqa: PLC0415 - loads the providers

    with shown_phases(here.output) as log:
        measured = bench_embedded(log, runs=runs, at_once=at_once)
    _tell(here.output, measured)


@app.command()
def cohort(
    context: typer.Context,
    results: Annotated[
        int, typer.Option("--results", min=1, help="How many results of exams the page is about.")
    ] = 10_000,
    runs: RunsOption = 3,
    json_mode: JsonOption = False,
) -> None:
    """Time the page about a cohort of simulated exams beside reading every signed result anew."""
    here = invocation(context, json_mode=json_mode)
    from grader.report.bench_cohort import bench_cohort  # noqa: PLC0415 - as above

    with shown_phases(here.output) as log:
        measured = bench_cohort(log, results=results, runs=runs)
    _tell(here.output, measured)


@app.command()
def exam(
    context: typer.Context,
    candidates: Annotated[
        int, typer.Option("--candidates", min=1, help="How many take the exam.")
    ] = 50,
    at_once: Annotated[
        int | None,
        typer.Option(
            "--at-once",
            min=1,
            show_default=False,
            help="How many at a time; as many as memory and processors allow if left out.",
        ),
    ] = None,
    json_mode: JsonOption = False,
) -> None:
    """Time what played candidates of the certification wait for beside a sandbox that nobody prepared."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.typed_command import typed_command  # noqa: PLC0415 - as above
    from grader.exam.bench_exam import bench_exam  # noqa: PLC0415 - as above
    from grader.sandbox.bench_folder import bench_folder  # noqa: PLC0415 - as above

    with bench_folder() as home, shown_phases(here.output) as log:
        around = replace(here.surroundings(), home=home, database_url="")
        command = partial(typed_command, home)
        measured = bench_exam(around, command, log, candidates=candidates, at_once=at_once)
    _tell(here.output, measured)


def _tell(output: Output, measured: Measured) -> None:
    output.document(measured.to_json())
    output.show(*measured.lines())
