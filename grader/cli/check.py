"""`grader check`: how the work of a practice attempt stands."""

from __future__ import annotations

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, invocation
from grader.cli.shown.phases import shown_phases
from grader.cli.shown.result_view import result_view
from grader.cli.submit import exit_code
from grader.cli.task import OtherLanguageOption


def check(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    language: OtherLanguageOption = None,
    json_mode: JsonOption = False,
) -> int:
    """Show how the work stands, without handing it in; for practice, not for graded attempts."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts.choice import chosen  # noqa: PLC0415 - not for `--help`
    from grader.exam.attempts.practice import check as judge_once  # noqa: PLC0415 - as above
    from grader.exam.results.result import to_json  # noqa: PLC0415 - as above

    around = here.surroundings()
    attempt = chosen(around, attempt_id)
    here.output.language = language or attempt.language
    with shown_phases(here.output) as log:
        result = judge_once(around, attempt.id, log)
    here.output.document({"practice": True, **to_json(result)})
    here.output.show(result_view(result, here.output.language))
    name = result.attempt
    here.output.next_commands(f"grader submit {name}" if result.passed else f"grader shell {name}")
    return exit_code(result)
