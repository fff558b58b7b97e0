"""`grader parity`: whether the embedded sandbox's node says of pods what kind's node says."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.shown.phases import shown_phases
from grader.model.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.text import Text

    from grader.sandbox.parity.compare import Difference
    from grader.sandbox.parity.parity import Parity


def parity(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SITUATION]...",
            show_default=False,
            help="The situations' names; none for all there are.",
        ),
    ] = None,
    json_mode: JsonOption = False,
) -> int:
    """Compare what the embedded sandbox's node and kind's say of pods in the same situations."""
    here = invocation(context, json_mode=json_mode)
    from grader.sandbox.parity.parity import compare_nodes  # noqa: PLC0415 - loads the providers

    with shown_phases(here.output) as log:
        found = compare_nodes(log, names or ())
    here.output.document(found.to_json())
    here.output.show(*report(found))
    return ExitCode.NOT_PASSED if found.new else ExitCode.PASSED


def report(found: Parity) -> Iterator[Text]:
    """The lines that a person reads: known differences by their reason, new ones in full."""
    from rich.text import Text  # noqa: PLC0415 - rich takes a tenth of a second

    known: dict[str, list[Difference]] = defaultdict(list)
    for one in found.differences:
        if one.why:
            known[one.why].append(one)
    for why, differences in known.items():
        names = ", ".join(dict.fromkeys(one.situation for one in differences))
        yield Text.assemble(("known  ", "yellow"), why)
        yield Text(f"       in {names}", style="dim")
    for name in dict.fromkeys(one.situation for one in found.new):
        what = next(one.what for one in found.situations if one.name == name)
        yield Text.assemble(("new    ", "bold red"), (name, "bold"), f": {what}")
        yield from _places([one for one in found.new if one.situation == name])
    yield Text(
        f"{len(found.situations)} situations, {found.same} the same on both nodes, "
        f"{len(known)} known reasons to differ, {len(found.new)} new differences",
        style="bold green" if not found.new else "bold red",
    )


def _places(differences: Sequence[Difference]) -> Iterator[Text]:
    from rich.text import Text  # noqa: PLC0415 - as above

    for one in differences:
        yield Text(f"       {one.place}")
        yield Text(f"         kind      {one.kind}")
        yield Text(f"         embedded  {one.embedded}")
