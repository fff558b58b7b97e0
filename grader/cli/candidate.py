"""`grader candidate`: what is kept of a candidate, given out or erased."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.report_file import write_report
from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from grader.cli.invocation import Invocation
    from grader.store.personal import Erasure

app = typer.Typer(help="Give out or erase what is kept of a candidate.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The candidate's name.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it; without, only say what it does.")]


@app.callback()
def candidate() -> None:
    """Give out or erase what is kept of a candidate."""


@app.command()
def export(
    context: typer.Context,
    name: NameArgument,
    file: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", dir_okay=False, help="Where to write it."),
    ],
    json_mode: JsonOption = False,
) -> None:
    """Write all that the database keeps of a candidate as JSON."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.personal import kept_of  # noqa: PLC0415 - not for `--help`

    kept = kept_of(here.surroundings(), name)
    write_report(file, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    counts = {table: len(rows) for table, rows in kept.items() if isinstance(rows, list)}
    here.output.document({"file": str(file.resolve()), "rows": counts})
    here.output.show(f"written: {file}")


@app.command()
def erase(
    context: typer.Context,
    name: NameArgument,
    yes: YesOption = False,
    json_mode: JsonOption = False,
) -> None:
    """Take a candidate's name out of everything kept here; results and signatures stay."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.personal import erase as taken_out  # noqa: PLC0415 - not for `--help`

    _require_yes(f"all results of {name} lose the name, for good", yes=yes)
    _told(here, [taken_out(here.surroundings(), name)])


@app.command()
def expire(
    context: typer.Context,
    days: Annotated[
        int, typer.Argument(metavar="DAYS", min=1, help="How long names are kept after the end.")
    ],
    yes: YesOption = False,
    json_mode: JsonOption = False,
) -> None:
    """Erase every candidate whose work was over so many days ago."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.personal import expire as taken_out  # noqa: PLC0415 - not for `--help`

    _require_yes(f"all results older than {days} days lose their names, for good", yes=yes)
    _told(here, list(taken_out(here.surroundings(), days)))


@app.command()
def erasures(context: typer.Context, json_mode: JsonOption = False) -> None:
    """List what was erased, when, by whom and why."""
    here = invocation(context, json_mode=json_mode)
    from grader.store.personal import PersonalStore  # noqa: PLC0415 - not for `--help`

    _told(here, list(PersonalStore(here.surroundings().database).log()))


def _require_yes(what: str, *, yes: bool) -> None:
    if not yes:
        raise GraderError(Code.USAGE, f"this can't be undone: {what}", hint="add --yes to do it")


def _told(here: Invocation, erased: list[Erasure]) -> None:
    here.output.document({"erased": [asdict(one) for one in erased]})
    here.output.show(*(f"{one.at[:19]}  {one.alias}  {one.who}: {one.reason}" for one in erased))
    if not erased:
        here.output.show("nothing was erased")
