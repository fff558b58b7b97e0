"""Keeps why a sandbox's provider was taken, from the start of an attempt to its report."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader.model.text import Bilingual

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.sandbox.protocol import Choice

_FILE = "provider-choice.json"


def tell_choice(choice: Choice, say: Callable[[str], None]) -> None:
    """Say which provider was taken for somebody who named none, and what to type for the other one."""
    say(f"provider {choice.provider}: {choice.reason.en}")
    if choice.hint:
        say(f"hint: {choice.hint}")


def keep_reason(choice: Choice, folder: Path) -> None:
    """Write the reason into an attempt's folder."""
    (folder / _FILE).write_text(json.dumps(asdict(choice.reason)), encoding="utf-8")


def kept_reason(folder: Path) -> Bilingual | None:
    """The reason; None for an attempt that an older grader started."""
    try:
        return Bilingual(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
