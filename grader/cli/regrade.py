"""`grader regrade`: judge recorded work again, see what changes, and store it if that is wanted."""

# ruff: noqa: PLR0917 - a command's options are its arguments

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, ScenariosOption, invocation
from grader.cli.shown.errors import error_document, rendered
from grader.cli.shown.phases import phases_document, shown_phases
from grader.model.errors import Code, ExitCode, GraderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.cli.shown.output import Output
    from grader.exam.results.evidence_files import EvidenceFile
    from grader.exam.results.exam_regrade import ExamChange
    from grader.exam.results.regrade import Regrade
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog


def regrade(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ATTEMPT|SESSION|CODE|EVIDENCE]...",
            show_default=False,
            help="Attempts by their id, whole sessions, a candidate's exam by its code, evidence files, or folders "
            "of them.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every attempt on this machine that was submitted.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Store what changes without asking.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            min=1,
            metavar="N",
            show_default=False,
            help="How many files to judge at once; one a processor without it.",
        ),
    ] = None,
    folder: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> int:
    """Judge recorded work again by today's checks, without a cluster, and show every changed point.

    Nothing is stored before you say so; the old result is kept beside the new one. An exam whose result changes with
    it is shown too, and signed anew.
    """
    here = invocation(context, json_mode=json_mode)
    from grader.cli.shown.regrade_view import (  # noqa: PLC0415 - not for `--help`
        document,
        exams_document,
        exams_preview,
        preview,
    )
    from grader.exam.results.exam_regrade import exam_changes  # noqa: PLC0415 - as above

    around = here.surroundings()
    files = _files(around, words or [], folder, everything=everything)
    with shown_phases(here.output) as log:
        done = _judged(around, files, workers, log)
    here.output.show(preview(done))
    wanted = [one for one in done if not one.kept_because]
    exams = exam_changes(around, wanted) if wanted else []
    if exams:
        here.output.show(exams_preview(exams))
    stored: list[str] = []
    refused: list[GraderError] = []
    signed: list[str] = []
    if wanted and (apply or _confirmed(here.output, len(wanted))):
        stored, refused = _stored(around, wanted, here.output)
        signed, unsigned = _signed(around, exams)
        refused += unsigned
    here.output.document(
        {
            **document(done, stored),
            "exams": exams_document(exams, signed),
            "refused": [error_document(error) for error in refused],
            "regrading": phases_document(log),
        }
    )
    here.output.tell(*map(rendered, refused))
    if stored:
        here.output.show(f"stored: {len(stored)}; the old results are kept")
    if signed:
        here.output.show(f"exams signed anew: {', '.join(signed)}; the old documents are kept")
    elif wanted and not refused:
        names = "--all" if everything else " ".join(words or [])
        here.output.next_commands(f"grader regrade {names} --apply")
    return max([_exit_code(done, stored), *(error.code.exit_code for error in refused)])


def _files(
    around: Surroundings, words: list[str], folder: Path | None, *, everything: bool
) -> Sequence[EvidenceFile]:
    from grader.exam.results.evidence_files import all_evidence, evidence_files  # noqa: PLC0415 - as above

    if bool(words) is everything:
        raise GraderError(
            Code.USAGE,
            "say which: attempts, evidence files or folders, or --all",
            hint="grader regrade --help",
        )
    if words:
        return evidence_files(around, words, folder)
    files = all_evidence(around, folder)
    if not files:
        raise GraderError(
            Code.USAGE, "no attempt on this machine was submitted", hint="grader status --all"
        )
    return files


def _judged(
    around: Surroundings, files: Sequence[EvidenceFile], workers: int | None, log: PhaseLog
) -> Sequence[Regrade]:
    from grader.exam.interrupts import Interrupts  # noqa: PLC0415 - as above
    from grader.exam.results.regrade import regrade as judge_again  # noqa: PLC0415 - as above

    with log.phase("judging again") as note, Interrupts(around.say) as interrupts:
        count = 0

        def on_each(_one: Regrade) -> None:
            nonlocal count
            count += 1
            note(f": {count} of {len(files)}")
            interrupts.raise_if_received()

        return judge_again(around, files, workers=workers, on_each=on_each)


def _confirmed(output: Output, count: int) -> bool:
    """Ask at a terminal; nobody is there to answer elsewhere."""
    if output.json_mode or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    results = "this result" if count == 1 else f"these {count} results"
    return typer.confirm(f"Store {results}?", default=False, err=True)


def _stored(
    around: Surroundings, wanted: Sequence[Regrade], output: Output
) -> tuple[list[str], list[GraderError]]:
    """Store each by itself: one that is refused does not keep the others from being stored."""
    from grader.cli.report_file import keep_report  # noqa: PLC0415 - as above
    from grader.exam.results.regrade import store_regrade  # noqa: PLC0415 - as above

    stored: list[str] = []
    refused: list[GraderError] = []
    for one in wanted:
        try:
            result = store_regrade(around, one)
        except GraderError as error:
            refused.append(error)
            continue
        stored.append(result.attempt)
        output.say(f"report: {keep_report(around, result)}")
    return stored, refused


def _signed(
    around: Surroundings, exams: Sequence[ExamChange]
) -> tuple[list[str], list[GraderError]]:
    """Sign each exam by itself, with what counts now; the papers of those that were."""
    from grader.exam.results.exam_regrade import sign_anew  # noqa: PLC0415 - as above

    signed: list[str] = []
    refused: list[GraderError] = []
    for change in exams:
        try:
            made = sign_anew(around, change)
        except GraderError as error:
            refused.append(error)
            continue
        if made.signed != change.signed.signed:
            signed.append(made.paper)
    return signed, refused


def _exit_code(done: Sequence[Regrade], stored: Sequence[str]) -> ExitCode:
    """The worst that there is: an error of ours, files that are none, points that would change."""
    from grader.model.verdict import Verdict  # noqa: PLC0415 - as above

    codes = {one.error.code.exit_code for one in done if one.error}
    if any(one.rejudged and one.rejudged.now.verdict is Verdict.ERROR for one in done):
        codes.add(ExitCode.OUR_FAULT)
    if codes:
        return max(codes)
    left = [one for one in done if one.changed and _attempt_id(one) not in stored]
    return ExitCode.NOT_PASSED if left else ExitCode.PASSED


def _attempt_id(one: Regrade) -> str:
    return one.file.attempt.id if one.file.attempt else ""
