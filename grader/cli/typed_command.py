"""Runs the product's own commands as a person would type them, in a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.model.errors import Code, GraderError

_LAST_WORDS = 2000


def typed_command(home: Path, words: Sequence[str]) -> dict[str, Any]:
    """What `grader WORDS --json` prints, with all its files in `home`.

    Raises:
        GraderError: judging-failed, where the command ends with an error or prints no document.
    """
    environment = {name: value for name, value in os.environ.items() if name != "GRADER_EXAM"}
    done = subprocess.run(  # noqa: S603 - the product's own command
        [Path(sys.executable).with_name("grader"), *words, "--json"],
        env={**environment, "GRADER_HOME": str(home), "GRADER_DATABASE": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        document = {"error": {}}
    if "error" in document:
        raise GraderError(
            Code.JUDGING_FAILED,
            f"grader {' '.join(words[:3])} ended with exit code {done.returncode}",
            detail=done.stderr[-_LAST_WORDS:],
        )
    return document
