"""The command `grader`: its parts put together, and what becomes of every error."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from grader import __version__
from grader.cli import (
    accept,
    bench,
    candidate,
    check,
    decide,
    demo,
    doctor,
    exam,
    image,
    keys_command,
    next,  # noqa: A004 - the command's word
    parity,
    prove,
    regrade,
    report,
    reset,
    scenarios,
    setup,
    shell,
    start,
    status,
    stop,
    submit,
    task,
    theory,
    verify,
)
from grader.cli.invocation import Invocation
from grader.cli.shown.errors import defect, report_error
from grader.cli.shown.output import Output
from grader.exam.interrupts import Interrupted
from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings

_GARBAGE = 50_000
BROKEN_PIPE = 141
"""What a shell reports for a program that wrote to a pipe nobody reads any more (128 + SIGPIPE)."""


class Commands(TyperGroup):
    """The commands in the order of their work, with interrupts told as errors of ours."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; typer would turn an interrupt into a bare exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            name = interrupt.name if isinstance(interrupt, Interrupted) else "SIGINT"
            raise GraderError(
                Code.INTERRUPTED,
                f"interrupted by {name}",
                hint="grader status shows whether something is left",
            ) from interrupt


app = typer.Typer(
    name="grader",
    cls=Commands,
    help="Practical exams on ephemeral Kubernetes clusters, graded by pytest.",
    rich_markup_mode="rich",
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def entry(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    traceback: Annotated[
        bool,
        typer.Option(
            "--traceback",
            envvar="GRADER_TRACEBACK",
            help="Show the traceback of a defect in the grader.",
        ),
    ] = False,
) -> None:
    """Practical exams on ephemeral Kubernetes clusters, graded by pytest."""
    invocation: Invocation = context.obj
    invocation.traceback = traceback
    if version:
        typer.echo(f"grader {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


_MACHINE, _WORK, _EXAMINER = "This machine", "An attempt", "Scenarios and results"

app.command(rich_help_panel=_WORK)(start.start)
app.command(rich_help_panel=_WORK)(task.task)
app.command(rich_help_panel=_WORK)(shell.shell)
app.command(rich_help_panel=_WORK)(check.check)
app.command(rich_help_panel=_WORK)(submit.submit)
app.command("next", rich_help_panel=_WORK)(next.next_)
app.command(rich_help_panel=_WORK)(reset.reset)
app.command(rich_help_panel=_WORK)(status.status)
app.command(rich_help_panel=_WORK)(stop.stop)
app.add_typer(theory.app, name="theory", rich_help_panel=_WORK)
app.command(rich_help_panel=_EXAMINER)(demo.demo)
app.add_typer(scenarios.app, name="scenarios", rich_help_panel=_EXAMINER)
app.command(rich_help_panel=_EXAMINER)(prove.prove)
app.command(rich_help_panel=_EXAMINER)(report.report)
app.command(rich_help_panel=_EXAMINER)(regrade.regrade)
app.command(rich_help_panel=_EXAMINER)(decide.decide)
app.command(rich_help_panel=_EXAMINER)(accept.accept)
app.add_typer(exam.app, name="exam", rich_help_panel=_EXAMINER)
app.command(rich_help_panel=_EXAMINER)(verify.verify)
app.add_typer(candidate.app, name="candidate", rich_help_panel=_EXAMINER)
app.add_typer(keys_command.app, name="keys", rich_help_panel=_EXAMINER)
app.command(rich_help_panel=_MACHINE)(doctor.doctor)
app.command(rich_help_panel=_MACHINE)(setup.setup)
app.add_typer(image.app, name="image", rich_help_panel=_MACHINE)
app.add_typer(bench.app, name="bench", rich_help_panel=_MACHINE)
app.command(rich_help_panel=_MACHINE)(parity.parity)


def run(arguments: Sequence[str], around: Surroundings | None = None) -> int:
    """Run a command line and return its exit code.

    Args:
        arguments: The words after `grader`.
        around: Surroundings to work in instead of the product's own.
    """
    # Known before the words are parsed, so that a mistake in them is told in JSON too.
    invocation = Invocation(Output(json_mode="--json" in arguments), given=around)
    try:
        code = app(list(arguments), prog_name="grader", obj=invocation, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit as ended:
        # typer's own way out of a broken pipe.
        return _nobody_reads() if ended.code == 1 else int(ended.code or 0)
    except Exception as error:  # noqa: BLE001 - nothing reaches the person as a bare traceback
        return report_error(_told(error, invocation), invocation.output)
    return int(code or 0)


def _told(error: Exception, invocation: Invocation) -> GraderError:
    match error:
        case GraderError():
            return error
        case typer.TyperException():
            return _usage(error)
        case typer.Abort():
            return GraderError(Code.INTERRUPTED, "interrupted")
        case _:
            return defect(error, traceback_wanted=invocation.traceback)


def main() -> None:
    """What the shell starts."""
    take_signals()
    # What is observed is hundreds of thousands of objects that live on. Walking through them for garbage every few
    # hundred, as Python does by itself, takes a fifth of a judging and half of reading a record.
    gc.set_threshold(_GARBAGE)
    sys.exit(run(sys.argv[1:]))


def take_signals() -> None:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does, so that it cleans up after itself."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # One that the parent had ignored (nohup) stays ignored.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(signal.Signals(number).name)


def _usage(mistake: typer.TyperException) -> GraderError:
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context else "grader"
    what = mistake.format_message().rstrip(".")
    return GraderError(Code.USAGE, what[:1].lower() + what[1:], hint=f"{path} --help")


def _nobody_reads() -> int:
    # Python flushes stdout at exit, which would complain once more.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
