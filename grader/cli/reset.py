"""`grader reset`: a practice attempt back at its start."""

from __future__ import annotations

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, attempt_document, invocation
from grader.cli.shown.attempt_words import say
from grader.cli.shown.phases import phases_document, shown_phases


def reset(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    json_mode: JsonOption = False,
) -> None:
    """Bring a practice attempt back to its start: all work is undone, open shells end."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts.choice import chosen  # noqa: PLC0415 - not for `--help`
    from grader.exam.attempts.reset import reset as bring_back  # noqa: PLC0415 - as above

    around = here.surroundings()
    attempt = chosen(around, attempt_id)
    here.output.language = attempt.language
    with shown_phases(here.output) as log:
        attempt = bring_back(around, attempt.id, log)
    here.output.document({"attempt": attempt_document(attempt), **phases_document(log)})
    here.output.show(say("back", attempt.language, attempt=attempt.id))
    here.output.next_commands(f"grader task {attempt.id}", f"grader shell {attempt.id}")
