"""`grader verify`: whether a result or a certificate is the one that was signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.signing.envelope import Signed
    from grader.exam.signing.keys import PublicKey

KeyOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--key",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="An examiner's public key to trust; may be given several times.",
    ),
]


def verify(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|TEXT", help="A signed result, or the text of a certificate's code."
        ),
    ],
    keys: KeyOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Verify a signed result or certificate, offline: not a byte of it was changed."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.signing.certificate import MARK, verify_text  # noqa: PLC0415 - not for `--help`
    from grader.exam.signing.envelope import verify as verified  # noqa: PLC0415 - as above
    from grader.exam.signing.keys import KeyRing, key_of  # noqa: PLC0415 - as above

    known: Sequence[PublicKey] = (
        [key_of(_read(file).decode("ascii", "replace")) for file in keys]
        if keys
        else KeyRing(here.surroundings().home).all()
    )
    if what.startswith(f"{MARK}."):
        signed = verify_text(what, known)
    else:
        signed = verified(_read(Path(what)), known, where=what)
    _require_sense(signed, what)
    stated = signed.predicate
    here.output.document(
        {"valid": True, "kind": signed.kind, "key": signed.key.id, "stated": dict(stated)}
    )
    here.output.show(f"✓ signed by {signed.key.id}, and not changed since", *_lines(signed))


def _require_sense(signed: Signed, where: str) -> None:
    from grader.exam.results.certify import RESULT  # noqa: PLC0415 - SQLAlchemy is slow to import
    from grader.exam.results.result_document import sums_mistake  # noqa: PLC0415 - as above

    wrong = ""
    if signed.kind == RESULT:
        try:
            wrong = sums_mistake(signed.predicate)
        except (KeyError, ValueError, TypeError, ZeroDivisionError) as error:
            wrong = f"it is not laid out as this grader reads it ({error})"
    if wrong:
        raise GraderError(
            Code.SIGNATURE_WRONG,
            f"it was signed, but {wrong}",
            where=where,
            hint="ask the examiner",
        )


def _lines(signed: Signed) -> list[str]:
    from grader.exam.results.certify import RESULT  # noqa: PLC0415 - as above

    if signed.kind != RESULT:
        return [f"  {name}: {value}" for name, value in signed.predicate.items()]
    stated = signed.predicate
    parts = [f"  {stated['exam']}: {stated['outcome']}, {stated['percent']} %"]
    parts += [
        f"  theory: {stated['theory']['percent']} %",
        f"  practical: {stated['practical']['percent']} %",
    ]
    parts += [
        f"    {task['scenario']}: {task['points']} of {task['max_points']} points"
        for task in stated["practical"]["tasks"]
    ]
    return [*parts, f"  issued: {stated['issued_at']}"]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise GraderError(
            Code.USAGE, f"the file can't be read: {error.strerror}", where=str(file)
        ) from error
