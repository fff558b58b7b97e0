"""Keeps why a sandbox's provider was taken, from the start of an attempt to its report."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader.model.text import Bilingual, Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.sandbox.protocol import Choice

_FILE = "provider-choice.json"
_PROVIDER = Bilingual("fournisseur", "provider")
_HINT = Bilingual("à faire", "hint")


def tell_choice(
    choice: Choice, say: Callable[[str], None], language: Language = Language.ENGLISH
) -> None:
    """Say which provider was taken for somebody who named none, and what to type for the other one."""
    colon = " : " if language is Language.FRENCH else ": "
    say(f"{_PROVIDER.in_(language)} {choice.provider}{colon}{choice.reason.in_(language)}")
    if choice.hint:
        say(f"{_HINT.in_(language)}{colon}{choice.hint}")


def keep_reason(choice: Choice, folder: Path) -> None:
    """Write the reason into an attempt's folder."""
    (folder / _FILE).write_text(json.dumps(asdict(choice.reason)), encoding="utf-8")


def kept_reason(folder: Path) -> Bilingual | None:
    """The reason; None for an attempt that an older grader started."""
    try:
        return Bilingual(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
