"""Runs the product's own commands as a person would type them, in a folder of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands

# A sandbox is waited for in a command of its own; judging has its own deadline.
_LONGEST_S = 900
_LAST_WORDS = 2000


def typed_command(home: Path, words: Sequence[str]) -> dict[str, Any]:
    """What `grader WORDS --json` prints, with all its files in `home`.

    Raises:
        GraderError: judging-failed, where the command ends with an error or prints no document.
    """
    done = Commands().run(
        [Path(sys.executable).with_name("grader"), *words, "--json"],
        environment={"GRADER_HOME": str(home), "GRADER_DATABASE": ""},
        timeout_s=_LONGEST_S,
    )
    try:
        document: dict[str, Any] = json.loads(done.text)
    except ValueError:
        document = {"error": {}}
    if "error" in document:
        raise GraderError(
            Code.JUDGING_FAILED,
            f"grader {' '.join(words[:3])} ended with exit code {done.exit_code}",
            detail=done.stderr[-_LAST_WORDS:],
        )
    return document
