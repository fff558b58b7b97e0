"""`grader demo`: a whole graded run, with a stored right answer typed in."""

# ruff: noqa: PLR0913, PLR0917 - a command's options are its arguments

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, ScenariosOption, invocation
from grader.cli.report_file import keep_report
from grader.cli.shown.phases import phases_document, shown_phases
from grader.cli.shown.result_view import result_view
from grader.cli.start import LanguageOption, ProviderOption, SeedOption
from grader.model.errors import Code, ExitCode, GraderError
from grader.model.text import Language
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from grader.cli.shown.output import Output
    from grader.exam.results.result import Result
    from grader.exam.surroundings import Surroundings
    from grader.judging.typed_answer import Played
    from grader.model.attempt import Attempt
    from grader.model.phase import PhaseLog
    from grader.model.scenario import Answer, Scenario


def demo(
    context: typer.Context,
    scenario_id: Annotated[
        str, typer.Argument(metavar="[ID]", help="The scenario's id.")
    ] = "deploy-service",
    answer: Annotated[
        str | None,
        typer.Option(
            "--answer",
            metavar="NAME",
            show_default=False,
            help="Which stored answer to type, wrong ones too; else the plainest right one.",
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the sandbox for a look; grader stop ends it.")
    ] = False,
    provider: ProviderOption = None,
    language: LanguageOption = Language.FRENCH,
    seed: SeedOption = None,
    folder: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> int:
    """Play a whole graded run: start, type a stored right answer, submit, report, stop."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts.start import Order, start  # noqa: PLC0415 - as above
    from grader.exam.attempts.stop import stop  # noqa: PLC0415 - as above
    from grader.exam.interrupts import Interrupts  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    order = Order(scenario_id, "", provider, language, seed, folder)
    # Looked up before anything is started, so that a wrong name costs no waiting.
    chosen_folder = folder or around.scenarios
    typed = _chosen(around.judge.load(chosen_folder, scenario_id, seed or 0), answer)
    attempt = None
    with Interrupts(here.output.say) as interrupts:
        try:
            with shown_phases(here.output) as starting:
                attempt = start(around, order, starting)
            here.output.show(f"attempt {attempt.id} is ready\n")
            result, file, played = _graded(here.output, around, attempt, typed)
        finally:
            interrupts.shield()
            if attempt and not keep:
                with shown_phases(here.output) as stopping:
                    stop(around, attempt.id, stopping)
    here.output.document(_document(result, file, played, starting))
    if keep:
        here.output.next_commands(f"grader shell {attempt.id}", f"grader stop {attempt.id}")
    else:
        here.output.next_commands(f"grader start {scenario_id}")
    here.output.show("", f"score: {result.points} of {result.max_points} points", f"report: {file}")
    return _exit_code(result)


def _chosen(scenario: Scenario, name: str | None) -> Answer:
    if name:
        for answer in scenario.answers:
            if answer.name == name:
                return answer
        there = ", ".join(answer.name for answer in scenario.answers)
        raise GraderError(
            Code.USAGE, f"unknown answer: {name}", hint=f"use --answer with one of: {there}"
        )
    from grader.exam.demonstration import plainest_answer  # noqa: PLC0415 - not for `--help`

    return plainest_answer(scenario)


def _graded(
    output: Output, around: Surroundings, attempt: Attempt, answer: Answer
) -> tuple[Result, Path, Played]:
    from grader.exam.attempts.opening import open_attempt  # noqa: PLC0415 - not for `--help`
    from grader.exam.attempts.submit import submit  # noqa: PLC0415 - as above
    from grader.judging.typed_answer import type_answer  # noqa: PLC0415 - as above

    opened = open_attempt(around, attempt.id)
    with shown_phases(output) as log:
        with log.phase(f"typing {answer.name} at the workstation"):
            place = opened.sandbox.workstation
            script = around.judge.script(opened.scenario, answer, place.paths)
            played = type_answer(place, script)
        _show(output, played)
        result = submit(around, attempt.id, log).result
    output.show("", result_view(result, attempt.language), "")
    return result, keep_report(around, result), played


def _show(output: Output, played: Played) -> None:
    from rich.text import Text  # noqa: PLC0415 - rich takes a tenth of a second

    for typed in played.lines:
        if typed.line:
            output.show(Text.assemble(("$ ", "green"), (typed.line, "bold")))
        if typed.output.strip():
            output.show(Text(typed.output.rstrip(), style="dim"))
    if played.exit_code:
        output.say(f"the answer ended with exit code {played.exit_code}; it is judged as it is")


def _exit_code(result: Result) -> ExitCode:
    if result.verdict is Verdict.ERROR:
        return ExitCode.OUR_FAULT
    full = result.points == result.max_points
    return ExitCode.PASSED if full else ExitCode.NOT_PASSED


def _document(result: Result, file: Path, played: Played, starting: PhaseLog) -> dict[str, object]:
    from grader.exam.results.result import to_json  # noqa: PLC0415 - not for `--help`

    return {
        **to_json(result),
        "report": str(file),
        "typed": [{"line": line.line, "output": line.output} for line in played.lines],
        "typed_exit_code": played.exit_code,
        "starting": phases_document(starting),
    }
