"""`grader stop`: end attempts; their results stay."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, attempt_document, invocation
from grader.cli.shown.attempt_words import say
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
    # Who ends practice is the candidate; graded work, or all there is, an examiner.
    attempt = None if every else chosen(around, attempt_id)
    if attempt and not attempt.candidate:
        here.output.language = attempt.language
    with shown_phases(here.output) as log:
        if attempt:
            done = ending.Stopped([ending.stop(around, attempt.id, log)], [])
        else:
            done = ending.stop_all(around, log)
    language = here.output.language
    here.output.document(
        {
            "stopped": [attempt_document(attempt) for attempt in done.attempts],
            "errors": [error_document(error) for error in done.errors],
            **phases_document(log),
        }
    )
    for ended in done.attempts:
        here.output.show(say("ended", language, attempt=ended.id))
        if around.results_of(ended.id).is_dir():
            here.output.say(say("kept", language, place=around.results_of(ended.id)))
    if not done.attempts and not done.errors:
        here.output.show(say("nothing_to_end", language))
    here.output.tell(*(rendered(error, language) for error in done.errors))
    return max((int(error.code.exit_code) for error in done.errors), default=0)
