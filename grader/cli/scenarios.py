"""`grader scenarios`: the tasks that there are, and one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.invocation import JsonOption, ScenariosOption, invocation
from grader.cli.scenarios_new import new
from grader.cli.scenarios_schema import schema
from grader.cli.shown.errors import error_document, rendered
from grader.cli.shown.statement_view import statement_view
from grader.model.errors import ExitCode, GraderError
from grader.model.text import Language, text_to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from grader.model.scenario import Scenario

app = typer.Typer(help="List the practical tasks, show one, or begin a new one.")


@app.callback(invoke_without_command=True)
def scenarios(
    context: typer.Context,
    folder: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> None:
    """List the practical tasks."""
    if context.invoked_subcommand is not None:
        return
    here = invocation(context, json_mode=json_mode)
    around = here.surroundings(folder)
    found: list[Scenario] = []
    invalid: list[GraderError] = []
    for scenario_id in around.judge.find(around.scenarios):
        try:
            found.append(around.judge.load(around.scenarios, scenario_id, 0))
        except GraderError as error:
            invalid.append(error)
    here.output.document(
        {
            "scenarios": [_document(scenario) for scenario in found],
            "invalid": [error_document(error) for error in invalid],
        }
    )
    here.output.show(_table(found))
    here.output.tell(*map(rendered, invalid))
    if found:
        where = f" --scenarios {folder}" if folder else ""
        here.output.next_commands(
            f"grader scenarios show {found[0].id}{where}", f"grader start {found[0].id}{where}"
        )
    if invalid:
        raise typer.Exit(ExitCode.WRONG_USE)


@app.command()
def show(
    context: typer.Context,
    scenario_id: Annotated[str, typer.Argument(metavar="ID", help="The scenario's id.")],
    language: Annotated[
        Language, typer.Option("--lang", help="The language of the statement.")
    ] = Language.FRENCH,
    seed: Annotated[int, typer.Option("--seed", help="Draws the parameters.")] = 0,
    folder: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Show a scenario's statement and what it needs."""
    here = invocation(context, json_mode=json_mode)
    from grader.judging.authoring.skeleton import unfinished  # noqa: PLC0415 - not for `--help`

    around = here.surroundings(folder)
    scenario = around.judge.load(around.scenarios, scenario_id, seed)
    statement = around.judge.statement(scenario, language)
    left = unfinished(scenario.folder)
    here.output.document(
        _document(scenario)
        | {
            "seed": scenario.seed,
            "parameters": dict(scenario.parameters),
            "statement": statement,
            "unfinished": [str(mark) for mark in left],
        }
    )
    if not json_mode:
        here.output.show(statement_view(statement))
        if left:
            here.output.say("\nstill to be written:")
            for mark in left:
                here.output.say(f"  {mark}")
        where = f" --scenarios {folder}" if folder else ""
        here.output.next_commands(f"grader start {scenario.id}{where}")


app.command()(new)
app.command()(schema)


def _document(scenario: Scenario) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "title": text_to_json(scenario.title),
        "guide": scenario.guide,
        "minutes": scenario.minutes,
        "pass_percent": scenario.pass_percent,
        "needs": list(scenario.needs),
        "services": list(scenario.services),
    }


def _table(found: Sequence[Scenario]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("SCENARIO", "TITLE", "MINUTES", "GUIDE"):
        table.add_column(name, justify="right" if name == "MINUTES" else "left")
    for scenario in found:
        table.add_row(
            Text(scenario.id, style="bold"),
            Text(f"{scenario.title.en}\n{scenario.title.fr}"),
            str(scenario.minutes),
            Text(scenario.guide),
        )
    return table
