"""`grader scenarios schema`: the JSON Schema of scenario.yaml, for editors."""

from __future__ import annotations

import sys

import typer

from grader.cli.invocation import JsonOption, invocation


def schema(context: typer.Context, json_mode: JsonOption = False) -> None:
    """Print the JSON Schema of scenario.yaml, for editors; with or without --json."""
    invocation(context, json_mode=json_mode)
    from grader.judging.authoring.json_schema import schema_text  # noqa: PLC0415 - pydantic is slow to import

    sys.stdout.write(schema_text())
