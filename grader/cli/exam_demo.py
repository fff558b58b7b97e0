"""`grader exam demo`: a whole certification, played by a scripted candidate."""

# ruff: noqa: PLR0913 - a command's options are its arguments

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.exam_files import EXIT_CODES, write_exam_files
from grader.cli.invocation import JsonOption, ScenariosOption, invocation
from grader.cli.shown.phases import shown_phases
from grader.cli.start import ProviderOption
from grader.model.text import Language


def demo(
    context: typer.Context,
    exam: Annotated[str, typer.Argument(metavar="[EXAM]", help="The exam's id.")] = "certification",
    *,
    folder: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", file_okay=False, help="Where the files go."),
    ],
    candidate: Annotated[
        str, typer.Option("--candidate", metavar="NAME", help="The scripted candidate's name.")
    ] = "Ada Lovelace",
    task: Annotated[
        list[str] | None,
        typer.Option(
            "--task",
            metavar="ID",
            help="A task to play instead of the exam's own, in order; each weighs the same.",
        ),
    ] = None,
    provider: ProviderOption = None,
    language: Annotated[
        Language, typer.Option("--lang", help="The candidate's language.")
    ] = Language.FRENCH,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Draws paper and tasks.")] = 1,
    scenarios: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> int:
    """Play a whole certification: theory, every task, signed result, report and certificate."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts.start import Order  # noqa: PLC0415 - as above
    from grader.exam.demonstration import (  # noqa: PLC0415 - as above
        take_task,
        take_theory,
        tasks_of,
    )
    from grader.exam.results.certify import Sitting, certify  # noqa: PLC0415 - not for `--help`
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - as above

    around = here.surroundings(scenarios)
    exams = data_folder("exams")
    tasks = (
        [(name, 1) for name in task]
        if task
        else [(t.scenario, t.weight) for t in tasks_of(around, exams, exam)]
    )
    for name, _weight in tasks:
        # Every mistake is known before anything is started.
        around.judge.load(around.scenarios, name, seed)
    bank = exams / "theory"
    paper = take_theory(around, bank, candidate=candidate, language=language, seed=seed)
    here.output.show(
        f"theory paper {paper.id}: {paper.score.points} of {len(paper.questions)} points"
    )
    attempts = []
    for name, weight in tasks:
        order = Order(name, candidate, provider, language, seed, scenarios)
        with shown_phases(here.output) as log:
            result = take_task(around, order, log)
        attempts.append((result.attempt, weight))
        here.output.show(f"{name}: {result.points} of {result.max_points} points\n")
    certification = certify(around, Sitting(paper.id, attempts))
    files = write_exam_files(around, certification, folder, language)
    here.output.document(
        {
            **{name: str(file) if file else None for name, file in files.items()},
            "outcome": certification.outcome.value,
            "paper": paper.id,
            "attempts": [attempt for attempt, _weight in attempts],
        }
    )
    here.output.show(f"outcome: {certification.outcome.value}")
    here.output.show(*(f"{name}: {file}" for name, file in files.items() if file))
    here.output.next_commands(f"grader verify {files['result']} --key {files['key']}")
    return EXIT_CODES[certification.outcome]
