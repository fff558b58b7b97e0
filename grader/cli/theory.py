"""`grader theory`: the theory paper at a terminal, its result, and the bank that it is drawn from."""

# ruff: noqa: PLR0917 - a command's options are its arguments

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.shown.theory_screen import TheoryScreen
from grader.cli.shown.theory_words import minutes_text, say
from grader.model.decimal_text import decimal_text
from grader.model.errors import Code, ExitCode, GraderError
from grader.model.paper import PaperState
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.cli.shown.output import Output
    from grader.exam.theory.sitting import Sitting
    from grader.model.paper import Paper

app = typer.Typer(help="Take the theory paper, show its result, or look after its questions.")

PaperArgument = Annotated[str, typer.Argument(metavar="PAPER", help="The paper's id.")]
BankOption = Annotated[
    Path | None,
    typer.Option(
        "--bank",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Draw from this folder of questions instead of the product's own.",
    ),
]
TICK_S = 0.5
"""How often the time left is drawn anew."""


@app.callback(invoke_without_command=True)
def theory(
    context: typer.Context,
    candidate: Annotated[
        str, typer.Option("--candidate", metavar="NAME", help="The candidate; none: practice.")
    ] = "",
    language: Annotated[
        Language, typer.Option("--lang", help="What the candidate reads.")
    ] = Language.FRENCH,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Draw the same paper again.")
    ] = None,
    paper: Annotated[
        str | None, typer.Option("--paper", metavar="PAPER", help="Go on with this paper.")
    ] = None,
    exam: Annotated[
        str | None,
        typer.Option(
            "--exam",
            metavar="CODE",
            help="Take the paper of this exam; not needed where this terminal has joined it.",
        ),
    ] = None,
    bank: BankOption = None,
) -> int | None:
    """Take the theory paper: 20 questions, one hour. An open one is gone on with."""
    if context.invoked_subcommand is not None:
        return None
    here = invocation(context, json_mode=False)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise GraderError(
            Code.USAGE,
            "the theory paper needs a terminal to read keys from",
            hint="type grader theory at a terminal; grader theory result PAPER --json is for programs",
        )
    from grader.exam.sessions.paper import take_paper  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.terminal import joined  # noqa: PLC0415 - as above
    from grader.exam.theory import sitting as sittings  # noqa: PLC0415 - as above
    from grader.store.papers import PaperStore  # noqa: PLC0415 - SQLAlchemy is slow to import

    around = here.surroundings()
    store = PaperStore(around.database)
    code = exam or (None if candidate or paper else joined(around))
    sitting = (
        take_paper(around, code, bank)
        if code
        else sittings.resume(store, paper, candidate=candidate)
    )
    if sitting is None:
        sitting = sittings.begin(
            store, bank or _bank(), candidate=candidate, language=language, seed=seed
        )
    elif sitting.paper.state is PaperState.OPEN:
        here.output.say(f"{say('going_on', sitting.paper.language)} {sitting.paper.id}")
    return _take(here.output, sitting)


@app.command()
def result(
    context: typer.Context,
    paper_id: PaperArgument,
    explain: Annotated[
        bool, typer.Option("--reasons", help="Show why, for each answer that was not right.")
    ] = False,
    json_mode: JsonOption = False,
) -> int:
    """Show what a paper that was handed in came to."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.theory.sitting import resume  # noqa: PLC0415 - not for `--help`
    from grader.store.papers import PaperStore  # noqa: PLC0415 - as above

    sitting = resume(PaperStore(here.surroundings().database), paper_id)
    if sitting is None or sitting.paper.state is PaperState.OPEN:
        raise GraderError(
            Code.PAPER_STATE,
            f"the paper {paper_id} is not handed in yet",
            where=f"paper {paper_id}",
            hint=f"grader theory --paper {paper_id}",
        )
    return _shown(here.output, sitting.paper, explain=explain)


@app.command("list")
def list_(context: typer.Context, json_mode: JsonOption = False) -> None:
    """List the theory papers, the newest first."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.shown.theory_result import paper_document  # noqa: PLC0415 - not for `--help`
    from grader.exam.theory.sitting import Sitting  # noqa: PLC0415 - as above
    from grader.store.papers import PaperStore  # noqa: PLC0415 - as above

    store = PaperStore(here.surroundings().database)
    papers = [Sitting(store, paper).looked_at() for paper in store.all()]
    here.output.document(
        {
            "papers": [
                paper_document(s.paper)
                if s.paper.state is PaperState.CLOSED
                else {"paper": s.paper.id, "state": "open", "candidate": s.paper.candidate}
                for s in papers
            ]
        }
    )
    for sitting in papers:
        paper = sitting.paper
        closed = paper.state is PaperState.CLOSED
        state = (
            f"{decimal_text(paper.score.percent)} %"
            if closed
            else f"{minutes_text(sitting.left_s)} left"
        )
        here.output.show(
            f"{paper.id}  {paper.state.value:<6}  {state:<12}  {paper.candidate or 'practice'}"
        )
    if not papers:
        here.output.show("no theory paper yet")
        here.output.next_commands("grader theory")


@app.command()
def questions(
    context: typer.Context,
    bank: BankOption = None,
    gift_file: Annotated[
        Path | None,
        typer.Option("--gift", metavar="FILE", dir_okay=False, help="Write them in Moodle's GIFT."),
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Which language to write.")
    ] = Language.FRENCH,
    json_mode: JsonOption = False,
) -> None:
    """Check the bank of questions, and count them."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.report_file import write_report  # noqa: PLC0415 - not for `--help`
    from grader.exam.theory.bank import load_bank  # noqa: PLC0415 - as above
    from grader.exam.theory.gift import gift  # noqa: PLC0415 - as above
    from grader.model.question import Subject  # noqa: PLC0415 - as above

    found = load_bank(bank or _bank())
    counts = {s.value: sum(q.subject is s for q in found) for s in Subject}
    if gift_file:
        write_report(gift_file, gift(found, language))
    here.output.document(
        {"questions": len(found), "subjects": counts, "gift": str(gift_file) if gift_file else None}
    )
    here.output.show(*(f"{name:<13} {count}" for name, count in counts.items()))
    if gift_file:
        here.output.show(f"written: {gift_file}")


def _bank() -> Path:
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - pydantic is slow to import

    return data_folder("exams") / "theory"


def _take(output: Output, sitting: Sitting) -> int:
    from rich.live import Live  # noqa: PLC0415 - rich takes a tenth of a second

    from grader.cli.keys import key, raw_keys  # noqa: PLC0415 - as above

    screen = TheoryScreen(sitting)
    screen.tick()
    with (
        raw_keys() as keyboard,
        Live(console=output.console(), screen=True, auto_refresh=False) as live,
    ):
        while not screen.ended:
            live.update(screen.render(), refresh=True)
            pressed = key(keyboard, TICK_S)
            if pressed is None:
                screen.tick()
            else:
                screen.press(pressed)
    paper = screen.sitting.paper
    if paper.state is PaperState.OPEN:
        left = minutes_text(screen.sitting.left_s)
        output.language = paper.language
        output.say(f"{paper.id}: {say('open', paper.language)} {left}")
        output.next_commands(f"grader theory --paper {paper.id}")
        return ExitCode.PASSED
    # Whoever practises learns from the reasons at once; in an exam the others still have theirs to write.
    return _shown(output, paper, explain=not paper.candidate)


def _shown(output: Output, paper: Paper, *, explain: bool) -> int:
    from grader.cli.shown.theory_result import paper_document, paper_view  # noqa: PLC0415 - as above

    output.document(paper_document(paper))
    output.show(paper_view(paper, paper.language, explain=explain))
    return ExitCode.PASSED if paper.score.passed else ExitCode.NOT_PASSED
