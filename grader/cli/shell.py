"""`grader shell`: the candidate's place at the workstation."""

from __future__ import annotations

import typer

from grader.cli.invocation import AttemptArgument, invocation


def shell(context: typer.Context, attempt_id: AttemptArgument = None) -> int:
    """Open the workstation's shell on this terminal; what is done there stays until the attempt ends."""
    here = invocation(context, json_mode=False)
    from grader.exam.choice import chosen  # noqa: PLC0415 - not for `--help`
    from grader.exam.opening import open_attempt  # noqa: PLC0415 - as above

    around = here.surroundings()
    opened = open_attempt(around, chosen(around, attempt_id).id)
    name = opened.attempt.id
    code = opened.sandbox.workstation.shell()
    here.output.next_commands(f"grader submit {name}", f"grader shell {name}")
    return code
