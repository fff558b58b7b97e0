"""`grader scenarios new`: the folder of a new scenario, to be written further."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation

FOLDER = Path("scenarios")
"""Where it goes unless said otherwise, seen from where the command is typed."""


def new(
    context: typer.Context,
    scenario_id: Annotated[str, typer.Argument(metavar="ID", help="The new folder's name.")],
    folder: Annotated[
        Path,
        typer.Option(
            "--scenarios",
            metavar="DIR",
            file_okay=False,
            help="The folder of scenarios to write it into; made where it is missing.",
        ),
    ] = FOLDER,
    json_mode: JsonOption = False,
) -> None:
    """Write a small working scenario, marked with TODO where you go on."""
    here = invocation(context, json_mode=json_mode)
    from grader.judging.authoring.skeleton import unfinished, write_skeleton  # noqa: PLC0415 - not for `--help`

    made = write_skeleton(folder, scenario_id)
    left = unfinished(made)
    files = sorted(str(file) for file in made.rglob("*") if file.is_file())
    here.output.document(
        {"scenario": scenario_id, "files": files, "unfinished": [str(mark) for mark in left]}
    )
    here.output.show(*files)
    here.output.say(f"\n{len(left)} places are marked TODO; the scenario works as it is")
    where = f"--scenarios {folder}"
    here.output.next_commands(
        f"grader scenarios show {scenario_id} {where}",
        f"grader demo {scenario_id} {where}",
    )
