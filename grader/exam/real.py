"""The product's own surroundings: the settings' folders, the real providers and the real judge."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.product_judge import ProductJudge
from grader.exam.surroundings import Surroundings
from grader.sandbox.settings import data_folder, settings

if TYPE_CHECKING:
    from grader.sandbox.protocol import Choice, Provider


def real_surroundings(say: Callable[[str], None], *, scenarios: Path | None = None) -> Surroundings:
    """What a command works with; nothing is opened or started yet."""
    return Surroundings(
        home=settings().home,
        scenarios=scenarios or data_folder("scenarios"),
        choose=_choose,
        provider_named=_provider_named,
        judge=ProductJudge(),
        who=_user(),
        say=say,
        database_url=settings().database,
        keep=_keep,
        free_mib=_free_mib,
        processors=os.cpu_count() or 1,
    )


def _keep(session_id: str) -> None:
    from grader.exam.sessions.processes import keep  # noqa: PLC0415 - not always needed

    keep(settings().home, session_id)


def _free_mib() -> int:
    from grader.sandbox.host import free_mib  # noqa: PLC0415 - not always needed

    return free_mib()


def _choose(wanted: str | None) -> Choice:
    from grader.sandbox.choice import choose  # noqa: PLC0415 - asks the engines, and not always needed

    return choose(wanted)


def _provider_named(name: str | None) -> Provider:
    from grader.sandbox.providers import provider_named  # noqa: PLC0415 - slow, and not always needed

    return provider_named(name)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that no user has.
        return "unknown"
