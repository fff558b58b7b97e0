"""`grader doctor`: what this machine has, what it lacks, and the command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.model.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from grader.sandbox.doctor import Finding

_MARKS = {
    "ok": ("✓", "green"),
    "missing": ("✗", "red"),
    "broken": ("✗", "red"),
    "info": ("·", "dim"),
}


def doctor(context: typer.Context, json_mode: JsonOption = False) -> int:
    """Say what this machine has, what it lacks, and the command that mends it."""
    here = invocation(context, json_mode=json_mode)
    from grader.sandbox.doctor import examine  # noqa: PLC0415 - loads what it examines

    findings = examine()
    wrong = [finding for finding in findings if finding.state in {"missing", "broken"}]
    here.output.document(
        {
            "ok": not wrong,
            "findings": [
                {"subject": f.subject, "state": f.state, "found": f.found, "mend": f.mend}
                for f in findings
            ],
        }
    )
    here.output.show(_table(findings))
    if wrong:
        mends = dict.fromkeys(finding.mend for finding in wrong if finding.mend)
        here.output.next_commands(*mends)
        return ExitCode.ENVIRONMENT
    here.output.next_commands("grader demo", "grader start deploy-service")
    return ExitCode.PASSED


def _table(findings: Sequence[Finding]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table.grid(padding=(0, 2))
    for finding in findings:
        mark, style = _MARKS.get(finding.state, ("?", "yellow"))
        text = Text(finding.found or finding.state)
        if finding.mend and finding.state != "ok":
            text.append("\nhint: ", style="green").append(finding.mend)
        table.add_row(Text(mark, style=style), Text(finding.subject, style="bold"), text)
    return table
