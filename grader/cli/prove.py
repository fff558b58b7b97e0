"""`grader prove`: show that scenarios work, before anybody is examined with them."""

# ruff: noqa: PLR0913, PLR0917 - a command's options are its arguments

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import ScenariosOption, invocation
from grader.cli.start import ProviderOption
from grader.model.errors import Code, ExitCode, GraderError
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.cli.shown.output import Output
    from grader.judging.proof.claims import Claim, Group, Proof

STDOUT = Path("-")


class Only(StrEnum):
    """The claims that may be asked for by themselves."""

    UNTOUCHED = "untouched"
    RIGHT = "right"
    DRAWS = "draws"
    WRONG = "wrong"
    REWRITES = "rewrites"
    MUTANTS = "mutants"


def _file(name: str, help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, metavar="FILE", show_default=False, dir_okay=False, help=help_text
    )
    return option


def prove(
    context: typer.Context,
    scenario_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            show_default=False,
            help="The scenarios' ids; none for all there are.",
        ),
    ] = None,
    folder: ScenariosOption = None,
    provider: ProviderOption = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            min=1,
            max=16,
            show_default=False,
            help="How many sandboxes are at work at a time; as many as this machine keeps up with without it.",
        ),
    ] = None,
    json_file: Annotated[
        Path | None, _file("--json", "Write the proof as JSON there; - is stdout.")
    ] = None,
    junit_file: Annotated[
        Path | None, _file("--junit", "Write the proof as JUnit XML there, for a CI's pages.")
    ] = None,
    markdown_file: Annotated[
        Path | None, _file("--markdown", "Write the proof as Markdown there, for a pull request.")
    ] = None,
    only: Annotated[
        list[Only] | None,
        typer.Option(
            "--only", show_default=False, help="Show these claims only; may be given several times."
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Show a part: untouched, the first right answer once, two wrong answers, teardown.",
        ),
    ] = False,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            min=0,
            help="Draws the parameters; the next number those that answers are typed with a second time, "
            "further ones what these two have not drawn.",
        ),
    ] = 0,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Show everything anew, whatever was shown before.")
    ] = False,
) -> int:
    """Show that scenarios work: untouched, right and wrong answers, every draw, rewrites, mutants, teardown."""
    here = invocation(context, json_mode=json_file == STDOUT)
    from grader.exam.proofs.proving import ProofOrder, prove_scenarios  # noqa: PLC0415 - not for `--help`
    from grader.sandbox.settings import settings  # noqa: PLC0415 - as above

    order = ProofOrder(
        scenarios=tuple(scenario_ids or ()),
        provider=provider,
        groups=_groups([name.value for name in only or ()], quick=quick),
        jobs=jobs,
        cache=settings().cache / "proofs",
        cached=not no_cache,
        quick=quick,
        seed=seed,
    )
    writers = _writers(json_file, junit_file, markdown_file)
    _require_places(writers)
    proof = prove_scenarios(here.surroundings(folder), order, _teller(here.output))
    for file, write in writers.items():
        if file != STDOUT:
            file.write_text(write(proof), encoding="utf-8")
    _show(here.output, proof)
    return exit_code(proof)


def _groups(only: Sequence[str], *, quick: bool) -> frozenset[Group]:
    """Which claims are wanted.

    Raises:
        GraderError: usage, for claims that a quick proof does not make.
    """
    from grader.judging.proof.claims import Group  # noqa: PLC0415 - not for `--help`
    from grader.judging.proof.scenario_trials import QUICK, QUICK_IF_ASKED  # noqa: PLC0415 - as above

    unasked = QUICK if quick else frozenset(Group)
    there = unasked | QUICK_IF_ASKED
    chosen = frozenset(Group(name) for name in only) or unasked
    if chosen <= there:
        return chosen
    raise GraderError(
        Code.USAGE,
        f"--quick shows no {' and no '.join(sorted(group.value for group in chosen - there))}",
        hint="leave out --quick",
    )


def exit_code(proof: Proof) -> ExitCode:
    """What a proof tells the shell: what does not hold is said before what could not be told."""
    if any(one.verdict is Verdict.FAILED for one in proof.scenarios):
        return ExitCode.NOT_PASSED
    if any(one.verdict is Verdict.ERROR and not one.refused for one in proof.scenarios):
        return ExitCode.OUR_FAULT
    if any(one.refused for one in proof.scenarios):
        return ExitCode.ENVIRONMENT
    return ExitCode.PASSED if proof.scenarios else ExitCode.WRONG_USE


def _writers(
    json_file: Path | None, junit_file: Path | None, markdown_file: Path | None
) -> Mapping[Path, Callable[[Proof], str]]:
    from grader.report.proof_json import proof_document  # noqa: PLC0415 - not for `--help`
    from grader.report.proof_junit import proof_junit  # noqa: PLC0415 - as above
    from grader.report.proof_markdown import proof_markdown  # noqa: PLC0415 - as above

    wanted: list[tuple[Path | None, Callable[[Proof], str]]] = [
        (json_file, lambda proof: proof_document(proof).model_dump_json(indent=2) + "\n"),
        (junit_file, proof_junit),
        (markdown_file, proof_markdown),
    ]
    return {file: write for file, write in wanted if file is not None}


def _require_places(writers: Mapping[Path, object]) -> None:
    """Refuse a file that can't be written before an hour of proving, not after it."""
    for file in writers:
        if file != STDOUT and not file.absolute().parent.is_dir():
            raise GraderError(
                Code.USAGE,
                f"there is no folder {file.absolute().parent} to write into",
                hint=f"mkdir -p {file.parent}",
            )


def _teller(output: Output) -> Callable[[str, Claim], None]:
    """Says each claim as it is decided; those that are judged on records come by the dozen and are not said."""
    from grader.judging.proof.claims import Ground  # noqa: PLC0415 - not for `--help`
    from grader.report.proof_wording import MARKS  # noqa: PLC0415 - as above

    def tell(scenario: str, claim: Claim) -> None:
        if claim.ground is Ground.RECORD and claim.verdict is Verdict.PASSED:
            return
        times = "  ".join(f"{name} {seconds:.1f} s" for name, seconds in claim.seconds.items())
        known = "  (known)" if claim.cached else ""
        mark = MARKS[claim.verdict]
        output.say(f"  {mark} {scenario}  {claim.group.value}: {claim.name}  {times}{known}")
        if claim.verdict is not Verdict.PASSED:
            for reason in claim.reasons:
                output.say(f"      {reason}")

    return tell


def _show(output: Output, proof: Proof) -> None:
    from grader.cli.shown.proof_view import proof_view  # noqa: PLC0415 - not for `--help`
    from grader.report.proof_json import proof_document  # noqa: PLC0415 - as above

    output.document(json.loads(proof_document(proof).model_dump_json()))
    output.show(*proof_view(proof))
