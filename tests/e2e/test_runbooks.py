"""The guide's runbooks and emergency procedures, typed by hand in `grader shell` on a sandbox without an engine."""

from __future__ import annotations

import os
from pathlib import Path

import pexpect
import pytest

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.authoring.templates import script
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.settings import data_folder
from tests.e2e.product import CommandLine

pytestmark = pytest.mark.engine

_PROMPT = r"ubuntu@studio[^\n]*\$ "
_SEED = 1
# What the guide has on a screen until somebody presses Ctrl-C.
_FOLLOWED = {
    "backup": ("tail -f /var/log/backup.log", "backup_complete"),
    "rollback": ("kubectl logs -f deployment/{service} -n pivori-production", "listens on port"),
}


@pytest.mark.parametrize(
    ("scenario", "answer", "language"),
    [
        ("backup", "right-runbook", "fr"),
        ("rollback", "right-helm-rollback", "en"),
    ],
)
def test_typed_line_by_line(tmp_path: Path, scenario: str, answer: str, language: str) -> None:
    """Every command of the guide at the prompt, the followed ones ended by Ctrl-C, gives full points.

    Those of the other scenarios are stored answers too, which the proofs type; what is shown here is the prompt.
    """
    command = CommandLine(tmp_path, {**os.environ, "GRADER_HOME": str(tmp_path)})
    words = ("start", scenario, "--provider", "embedded", "--seed", str(_SEED), "--lang", language)
    attempt: str = command.json(*words)["attempt"]["id"]
    loaded = load_scenario(data_folder("scenarios"), scenario, seed=_SEED)
    file = loaded.folder / "answers" / f"{answer}.sh"
    shell = command.shell(attempt)
    try:
        shell.expect(_PROMPT)
        for line in _typed(script(loaded, file, WORKSTATION_PATHS)):
            shell.sendline(line)
        # Only what the shell makes of it is waited for, not its own echo of what was typed.
        shell.sendline("echo all-$((40 + 2))-typed")
        shell.expect("all-42-typed")
        followed, seen = _FOLLOWED.get(scenario, ("", ""))
        if followed:
            shell.sendline(followed.format(service=loaded.parameters.get("service", "")))
            shell.expect(seen)
            shell.sendintr()
        shell.sendline("exit")
        shell.expect(pexpect.EOF)
        result = command.json("submit", attempt)
    finally:
        shell.close(force=True)
        command.run("stop", attempt)
    assert result["points"] == result["max_points"]
    assert result["language"] == language


def _typed(text: str) -> list[str]:
    """The lines as a person types them: no heading, and no setting that would end the shell at the first mistake."""
    lines = [line for line in text.splitlines() if line != "set -euo pipefail"]
    return [line for line in lines if not line.startswith("#")]
