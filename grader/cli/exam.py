"""`grader exam`: sessions of whole exams, what they came to, signed, and certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli import exam_end, exam_session
from grader.cli.exam_demo import demo
from grader.cli.exam_files import EXIT_CODES
from grader.cli.invocation import JsonOption, invocation
from grader.cli.join import join
from grader.exam.signing.payload import stated as stated_of
from grader.model.errors import Code, GraderError
from grader.model.text import Language

app = typer.Typer(help="Hold a whole exam, and sign what it came to.", no_args_is_help=True)

_SESSION, _RESULTS = "A session", "Results"

for _command in (
    exam_session.start,
    exam_session.list_,
    exam_session.status,
    join,
    exam_session.pause,
    exam_session.resume,
    exam_session.extend,
    exam_end.finish,
    exam_end.export,
):
    app.command(_command.__name__.rstrip("_"), rich_help_panel=_SESSION)(_command)
app.command(rich_help_panel=_RESULTS)(demo)


@app.callback()
def exam() -> None:
    """Hold a whole exam, and sign what it came to."""


@app.command(rich_help_panel=_RESULTS)
def result(
    context: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="The theory paper's id.")],
    attempts: Annotated[
        list[str],
        typer.Argument(
            metavar="ATTEMPT[:WEIGHT]...", help="The practical attempts; without a weight, 1 each."
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", dir_okay=False, help="Where to write it, signed."
        ),
    ] = None,
    json_mode: JsonOption = False,
) -> int:
    """Add a theory paper and practical attempts up, and sign what they come to."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.report_file import write_report  # noqa: PLC0415 - not for `--help`
    from grader.exam.results.certify import Sitting, certify  # noqa: PLC0415 - as above

    sitting = Sitting(paper, [_weighed(word) for word in attempts])
    certification = certify(here.surroundings(), sitting)
    if file:
        write_report(file, certification.signed)
    stated = stated_of(certification.signed)
    here.output.document(stated | {"file": str(file) if file else None})
    from fractions import Fraction  # noqa: PLC0415 - not for `--help`

    from grader.model.decimal_text import decimal_text  # noqa: PLC0415 - as above

    for name, part in (("theory", stated["theory"]), ("practical", stated["practical"])):
        percent = decimal_text(Fraction(part["percent"]))
        here.output.show(f"{name:<10} {percent:>6} %  pass mark {part['pass_percent']} %")
    here.output.show(
        f"{'whole':<10} {decimal_text(Fraction(stated['percent'])):>6} %  {stated['outcome']}"
    )
    if file:
        here.output.next_commands(f"grader verify {file}")
    return EXIT_CODES[certification.outcome]


@app.command(rich_help_panel=_RESULTS)
def certificate(
    context: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="The theory paper's id.")],
    file: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", dir_okay=False, help="Where to write it."),
    ],
    language: Annotated[
        Language, typer.Option("--lang", help="The certificate's language.")
    ] = Language.FRENCH,
    json_mode: JsonOption = False,
) -> None:
    """Write the certificate of a passed exam as a PDF, with a code that `grader verify` takes."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.report_file import write_report  # noqa: PLC0415 - not for `--help`
    from grader.exam.signing.certificate import certificate as certified  # noqa: PLC0415 - as above
    from grader.exam.signing.keys import KeyRing  # noqa: PLC0415 - as above
    from grader.report.certificate import certificate_pdf  # noqa: PLC0415 - as above
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - as above
    from grader.store.certifications import CertificationStore  # noqa: PLC0415 - as above

    around = here.surroundings()
    certification = CertificationStore(around.database).latest(paper)
    if certification is None:
        raise GraderError(
            Code.PAPER_UNKNOWN,
            f"the exam of the paper {paper} has no result yet",
            hint=f"grader exam result {paper} ATTEMPT...",
        )
    made = certified(KeyRing(around.home), certification)
    write_report(file, certificate_pdf(made, templates=data_folder("reports"), language=language))
    here.output.document({"certificate": str(file.resolve()), "name": made.name, "text": made.text})
    here.output.show(f"certificate: {file}")


@app.command(rich_help_panel=_RESULTS)
def cohort(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", dir_okay=False, help="Where to write it."),
    ],
    language: Annotated[
        Language, typer.Option("--lang", help="The page's language.")
    ] = Language.FRENCH,
    json_mode: JsonOption = False,
) -> None:
    """Write a page about all exams: distribution, and how difficult and how telling each item is."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.report_file import write_report  # noqa: PLC0415 - not for `--help`
    from grader.exam.results.cohort import cohort as taken  # noqa: PLC0415 - as above
    from grader.report.cohort import cohort_html  # noqa: PLC0415 - as above
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - as above

    found = taken(here.surroundings().database)
    write_report(file, cohort_html(found, templates=data_folder("reports"), language=language))
    here.output.document({"cohort": str(file.resolve()), "exams": len(found)})
    here.output.show(f"{len(found)} exams: {file}")


def _weighed(word: str) -> tuple[str, int]:
    name, _, weight = word.partition(":")
    if weight and not (weight.isdecimal() and int(weight) > 0):
        raise typer.BadParameter(f"{word}: the weight must be a whole number above 0")
    return name, int(weight or 1)
