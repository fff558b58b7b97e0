"""`grader shell`: the candidate's place at the workstation."""

from __future__ import annotations

import typer

from grader.cli.invocation import AttemptArgument, invocation
from grader.cli.shown.phases import shown_phases


def shell(context: typer.Context, attempt_id: AttemptArgument = None) -> int:
    """Open the workstation's shell on this terminal; what is done there stays until the attempt ends."""
    here = invocation(context, json_mode=False)
    from grader.cli.shell_clock import warned  # noqa: PLC0415 - not for `--help`
    from grader.exam.attempts.opening import open_attempt  # noqa: PLC0415 - as above
    from grader.exam.sessions.at_hand import at_hand, language_of  # noqa: PLC0415 - as above

    around = here.surroundings()
    here.output.language = language_of(around, attempt_id)
    with shown_phases(here.output) as log:
        hand = at_hand(around, attempt_id, log, working=True)
    opened = open_attempt(around, hand.attempt.id)
    name = "" if hand.seat else f" {opened.attempt.id}"
    with warned(around, hand.seat):
        code = opened.sandbox.workstation.shell()
    here.output.next_commands(f"grader submit{name}", f"grader shell{name}")
    return code
