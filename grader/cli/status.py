"""`grader status`: the attempts on this machine, or all that is known of one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, attempt_document, invocation
from grader.cli.shown.attempt_words import say
from grader.cli.task import OtherLanguageOption
from grader.model.text import Language
from grader.report.wording import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from grader.cli.shown.output import Output
    from grader.exam.attempts.status import AttemptStatus
    from grader.store.audit import AuditEntry

_STYLES = {"ready": "green", "submitted": "cyan", "stopped": "dim", "starting": "yellow"}


def status(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    stopped_too: Annotated[bool, typer.Option("--all", help="List stopped attempts too.")] = False,
    language: OtherLanguageOption = None,
    json_mode: JsonOption = False,
) -> None:
    """List the attempts on this machine, or show all that is known of one."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts import status as standing  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    if attempt_id is None:
        found = standing.status_of_all(around, stopped_too=stopped_too)
        here.output.document({"attempts": [_document(entry) for entry in found]})
        here.output.language = language or _shared_language(found)
        _show_all(here.output, found)
        return
    from grader.exam.attempts.choice import chosen  # noqa: PLC0415 - not for help
    from grader.store.audit import audit_trail  # noqa: PLC0415 - as above

    entry = standing.status(around, chosen(around, attempt_id))
    here.output.language = language or entry.attempt.language
    trail = audit_trail(around.database, attempt_id)
    changes = [
        {"at": c.at, "who": c.who, "from": c.from_state, "to": c.to_state, "note": c.note}
        for c in trail
    ]
    here.output.document({**_document(entry), "changes": changes})
    here.output.show(_details(entry, trail, here.output.language))
    here.output.next_commands(*entry.next_commands)


def _document(entry: AttemptStatus) -> dict[str, Any]:
    owner, receipt = entry.owner, entry.receipt
    return {
        **attempt_document(entry.attempt),
        "condition": entry.condition,
        "at_work": owner and {"pid": owner.pid, "doing": owner.doing},
        "remains": list(entry.remains),
        "not_running": list(entry.not_running),
        "notes": [note.en for note in entry.notes],
        "unseen": entry.unseen or None,
        "result": receipt
        and {
            "verdict": receipt.verdict,
            "points": receipt.points,
            "max_points": receipt.max_points,
        },
        "next": list(entry.next_commands),
    }


def _shared_language(found: Sequence[AttemptStatus]) -> Language:
    """That of the attempts, where all have the same."""
    languages = {entry.attempt.language for entry in found}
    return languages.pop() if len(languages) == 1 else Language.ENGLISH


def _show_all(output: Output, found: Sequence[AttemptStatus]) -> None:
    language = output.language
    if not found:
        output.show(say("nothing", language))
        output.next_commands("grader scenarios", "grader start SCENARIO")
        return
    from rich.table import Table  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("attempt", "scenario", "candidate", "state", "points", "began"):
        table.add_column(say(name, language).upper(), overflow="fold")
    for entry in found:
        attempt = entry.attempt
        table.add_row(
            Text(attempt.id, style="bold"),
            Text(attempt.scenario),
            Text(attempt.candidate or say("practice", language)),
            _state(entry, language),
            _points(entry),
            Text(attempt.created_at[:16].replace("T", " ")),
        )
    output.show(table)
    for entry in found:
        if entry.condition in {"interrupted", "failed", "gone"}:
            state = say(entry.condition, language)
            output.say(f"\n{say('left', language, attempt=entry.attempt.id, state=state)}")
            for thing in entry.remains or [say("left_nothing", language)]:
                output.say(f"  {_told(thing, entry, language)}")
        for note in entry.notes:
            output.say(say("noted", language, attempt=entry.attempt.id, note=note.in_(language)))
        if entry.unseen:
            output.say(say("unseen", language, attempt=entry.attempt.id, why=entry.unseen))
    output.next_commands(*_likeliest(found))


def _likeliest(found: Sequence[AttemptStatus]) -> Sequence[str]:
    if len(found) == 1:
        return found[0].next_commands
    broken = [e for e in found if e.condition in {"interrupted", "failed", "gone"}]
    return [f"grader stop {e.attempt.id}" for e in broken] or ["grader status ATTEMPT"]


def _details(
    entry: AttemptStatus, trail: Sequence[AuditEntry], language: Language
) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    attempt = entry.attempt
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    told = partial(say, language=language)

    def row(name: str, value: Text) -> None:
        facts.add_row(told(name), value)

    row("attempt", Text(attempt.id, style="bold"))
    row("scenario", Text(told("seed", scenario=attempt.scenario, seed=attempt.seed)))
    row("candidate", Text(attempt.candidate or told("practice")))
    row("state", _state(entry, language))
    if entry.owner:
        row("at_work", Text(told("process", doing=entry.owner.doing, pid=entry.owner.pid)))
    row("sandbox", Text(attempt.provider))
    left = "\n".join(_told(thing, entry, language) for thing in entry.remains)
    row("here", Text(left or entry.unseen or told("empty")))
    for note in entry.notes:
        row("note", Text(note.in_(language), style="yellow"))
    if entry.receipt:
        verdict = word(f"outcome_{entry.receipt.verdict}", language)
        row("result", Text(told("earned", verdict=verdict, points=_points(entry))))
    changes = Table.grid(padding=(0, 2, 0, 0))
    for change in trail:
        changes.add_row(
            Text(change.at[:19].replace("T", " "), style="dim"),
            Text(told(change.to_state)),
            Text(f"{change.who}{': ' if change.note else ''}{change.note}", style="dim"),
        )
    return Group(facts, "", changes)


def _state(entry: AttemptStatus, language: Language) -> Text:
    from rich.text import Text  # noqa: PLC0415 - rich takes a tenth of a second

    return Text(say(entry.condition, language), style=_STYLES.get(entry.condition, "red"))


def _told(thing: str, entry: AttemptStatus, language: Language) -> str:
    return say("not_running", language, thing=thing) if thing in entry.not_running else thing


def _points(entry: AttemptStatus) -> str:
    return f"{entry.receipt.points} / {entry.receipt.max_points}" if entry.receipt else ""
