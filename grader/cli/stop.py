"""`grader stop`: end attempts; their results stay."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, attempt_document, invocation
from grader.cli.shown.errors import error_document, rendered
from grader.cli.shown.phases import phases_document, shown_phases
from grader.model.errors import Code, GraderError


def stop(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    every: Annotated[bool, typer.Option("--all", help="End every attempt.")] = False,
    json_mode: JsonOption = False,
) -> int:
    """End an attempt: its sandbox and files go, its evidence and report stay."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts import stop as ending  # noqa: PLC0415 - not for `--help`
    from grader.exam.attempts.choice import chosen  # noqa: PLC0415 - as above

    if every and attempt_id:
        raise GraderError(
            Code.USAGE, "an attempt and --all can't be given together", hint="grader stop --all"
        )
    around = here.surroundings()
    with shown_phases(here.output) as log:
        if every:
            done = ending.stop_all(around, log)
        else:
            attempt = ending.stop(around, chosen(around, attempt_id).id, log)
            done = ending.Stopped([attempt], [])
    here.output.document(
        {
            "stopped": [attempt_document(attempt) for attempt in done.attempts],
            "errors": [error_document(error) for error in done.errors],
            **phases_document(log),
        }
    )
    for attempt in done.attempts:
        here.output.show(f"attempt {attempt.id} is stopped")
        if around.results_of(attempt.id).is_dir():
            here.output.say(f"kept: {around.results_of(attempt.id)}")
    if not done.attempts and not done.errors:
        here.output.show("there was nothing to stop")
    here.output.tell(*map(rendered, done.errors))
    return max((int(error.code.exit_code) for error in done.errors), default=0)
