"""`grader status`: the attempts on this machine, or all that is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, attempt_document, invocation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from grader.cli.output import Output
    from grader.exam.status import AttemptStatus
    from grader.store.audit import AuditEntry

_STYLES = {"ready": "green", "submitted": "cyan", "stopped": "dim", "starting": "yellow"}


def status(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    stopped_too: Annotated[bool, typer.Option("--all", help="List stopped attempts too.")] = False,
    json_mode: JsonOption = False,
) -> None:
    """List the attempts on this machine, or show all that is known of one."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam import status as standing  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    if attempt_id is None:
        found = standing.status_of_all(around, stopped_too=stopped_too)
        here.output.document({"attempts": [_document(entry) for entry in found]})
        _show_all(here.output, found)
        return
    from grader.exam.choice import chosen  # noqa: PLC0415 - not for help
    from grader.store.audit import audit_trail  # noqa: PLC0415 - as above

    entry = standing.status(around, chosen(around, attempt_id))
    trail = audit_trail(around.database, attempt_id)
    changes = [
        {"at": c.at, "who": c.who, "from": c.from_state, "to": c.to_state, "note": c.note}
        for c in trail
    ]
    here.output.document({**_document(entry), "changes": changes})
    here.output.show(_details(entry, trail))
    here.output.next_commands(*entry.next_commands)


def _document(entry: AttemptStatus) -> dict[str, Any]:
    owner, receipt = entry.owner, entry.receipt
    return {
        **attempt_document(entry.attempt),
        "condition": entry.condition,
        "at_work": owner and {"pid": owner.pid, "doing": owner.doing},
        "remains": list(entry.remains),
        "not_running": list(entry.not_running),
        "notes": list(entry.notes),
        "unseen": entry.unseen or None,
        "result": receipt
        and {
            "verdict": receipt.verdict,
            "points": receipt.points,
            "max_points": receipt.max_points,
        },
        "next": list(entry.next_commands),
    }


def _show_all(output: Output, found: Sequence[AttemptStatus]) -> None:
    if not found:
        output.show("no attempt now")
        output.next_commands("grader scenarios", "grader start SCENARIO")
        return
    from rich.table import Table  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("ATTEMPT", "SCENARIO", "CANDIDATE", "STATE", "POINTS", "BEGAN (UTC)"):
        table.add_column(name, overflow="fold")
    for entry in found:
        attempt = entry.attempt
        table.add_row(
            Text(attempt.id, style="bold"),
            Text(attempt.scenario),
            Text(attempt.candidate or "practice"),
            Text(entry.condition, style=_STYLES.get(entry.condition, "red")),
            _points(entry),
            Text(attempt.created_at[:16].replace("T", " ")),
        )
    output.show(table)
    for entry in found:
        if entry.condition in {"interrupted", "failed", "gone"}:
            left = entry.remains or ["nothing of its sandbox"]
            output.say(f"\n{entry.attempt.id} is {entry.condition}; left on this machine:")
            for thing in left:
                output.say(f"  {_told(thing, entry)}")
        for note in entry.notes:
            output.say(f"{entry.attempt.id}: {note}")
        if entry.unseen:
            output.say(f"{entry.attempt.id}: what is left of it can't be seen: {entry.unseen}")
    output.next_commands(*_likeliest(found))


def _likeliest(found: Sequence[AttemptStatus]) -> Sequence[str]:
    if len(found) == 1:
        return found[0].next_commands
    broken = [e for e in found if e.condition in {"interrupted", "failed", "gone"}]
    return [f"grader stop {e.attempt.id}" for e in broken] or ["grader status ATTEMPT"]


def _details(entry: AttemptStatus, trail: Sequence[AuditEntry]) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    attempt = entry.attempt
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("attempt", Text(attempt.id, style="bold"))
    facts.add_row("scenario", Text(f"{attempt.scenario}, seed {attempt.seed}"))
    facts.add_row("candidate", Text(attempt.candidate or "practice"))
    style = _STYLES.get(entry.condition, "red")
    facts.add_row("state", Text(entry.condition, style=style))
    if entry.owner:
        facts.add_row("at work", f"{entry.owner.doing}, process {entry.owner.pid}")
    facts.add_row("sandbox", Text(attempt.provider))
    left = "\n".join(_told(thing, entry) for thing in entry.remains)
    facts.add_row("on this machine", Text(left or entry.unseen or "nothing"))
    for note in entry.notes:
        facts.add_row("note", Text(note, style="yellow"))
    if entry.receipt:
        facts.add_row("result", f"{entry.receipt.verdict}, {_points(entry)} points")
    changes = Table.grid(padding=(0, 2, 0, 0))
    for change in trail:
        changes.add_row(
            Text(change.at[:19].replace("T", " "), style="dim"),
            Text(change.to_state),
            Text(f"{change.who}{': ' if change.note else ''}{change.note}", style="dim"),
        )
    return Group(facts, "", changes)


def _told(thing: str, entry: AttemptStatus) -> str:
    return f"{thing} (does not run)" if thing in entry.not_running else thing


def _points(entry: AttemptStatus) -> str:
    return f"{entry.receipt.points} / {entry.receipt.max_points}" if entry.receipt else ""
