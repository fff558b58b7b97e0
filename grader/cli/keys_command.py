"""`grader keys`: the keys that results are signed with, and those that are trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.invocation import JsonOption, invocation

if TYPE_CHECKING:
    from grader.cli.invocation import Invocation
    from grader.exam.signing.keys import KeyRing, PublicKey

app = typer.Typer(help="List, export, renew and trust the keys that sign results.")


@app.callback(invoke_without_command=True)
def keys(context: typer.Context, json_mode: JsonOption = False) -> None:
    """List the public keys that signatures are verified with here."""
    if context.invoked_subcommand is not None:
        return
    here = invocation(context, json_mode=json_mode)
    found = _ring(here).all()
    here.output.document({"keys": [_document(key) for key in found]})
    for key in found:
        here.output.show(f"{key.id}  {_kind(key)}")
    if not found:
        here.output.show(
            "no key yet: the first result that is signed makes one, and so does grader setup"
        )


@app.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", dir_okay=False, help="Where to write it."),
    ] = None,
    json_mode: JsonOption = False,
) -> None:
    """Print the public key, for those who verify results elsewhere."""
    here = invocation(context, json_mode=json_mode)
    from grader.cli.report_file import write_report  # noqa: PLC0415 - not for `--help`

    ring = _ring(here)
    ring.signer()
    key = ring.all()[0]
    if file:
        write_report(file, key.pem)
    here.output.document(_document(key) | {"file": str(file) if file else None})
    here.output.show(f"written: {file}" if file else key.pem.rstrip("\n"))


@app.command()
def rotate(context: typer.Context, json_mode: JsonOption = False) -> None:
    """Sign with a new key from now on; what the old one signed stays valid."""
    here = invocation(context, json_mode=json_mode)
    key = _ring(here).rotate()
    here.output.document(_document(key))
    here.output.show(f"{key.id} signs from now on")
    here.output.next_commands("grader keys export -o grader.pub")


@app.command()
def trust(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A public key.")
    ],
    json_mode: JsonOption = False,
) -> None:
    """Accept what another examiner's key signed."""
    here = invocation(context, json_mode=json_mode)
    key = _ring(here).trust(file.read_text(encoding="ascii", errors="replace"))
    here.output.document(_document(key))
    here.output.show(f"{key.id} is trusted")


def _ring(here: Invocation) -> KeyRing:
    from grader.exam.signing.keys import KeyRing  # noqa: PLC0415 - not for `--help`

    return KeyRing(here.surroundings().home)


def _kind(key: PublicKey) -> str:
    if key.current:
        return "signs"
    return "signed before" if key.own else "trusted"


def _document(key: PublicKey) -> dict[str, Any]:
    return {"id": key.id, "kind": _kind(key), "public_key": key.pem}
