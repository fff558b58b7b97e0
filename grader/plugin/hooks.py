"""Lets plain `pytest scenarios/<id>` judge a live attempt or recorded evidence.

Loaded in every run of pytest beside the grader: it imports nothing of the grader until a check or
an option asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATTRIBUTE = "__grader_check__"  # grader.checks.declaration.ATTRIBUTE, which a test holds equal


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two ways to say what is judged."""
    group = parser.getgroup("grader", "judging with a scenario's checks")
    group.addoption(
        "--attempt", metavar="ID", default=None, help="judge this running attempt, as it is now"
    )
    group.addoption(
        "--evidence", metavar="FILE", default=None, help="judge this recorded submission again"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and open what is to be judged."""
    config.addinivalue_line("markers", "objective: a check that fails on the untouched sandbox")
    config.addinivalue_line("markers", "guard: a check that holds from the start")
    attempt, evidence = config.getoption("--attempt"), config.getoption("--evidence")
    if attempt and evidence:
        raise pytest.UsageError("--attempt and --evidence exclude each other")
    if attempt or evidence:
        from grader.plugin.session import open_session  # noqa: PLC0415 - only where it is asked for

        session = open_session(config, attempt=attempt, evidence=evidence)
        config.pluginmanager.register(session, "grader-session")


def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Refuse to run checks on nothing."""
    if config.pluginmanager.has_plugin("grader-session"):
        return
    for item in items:
        if hasattr(getattr(item, "function", None), _ATTRIBUTE):
            folder = item.path.parent
            raise pytest.UsageError(
                f"{item.nodeid} is a check and needs a sandbox to judge; type\n"
                f"  pytest {folder} --attempt ID        (grader status lists the attempts)\n"
                f"  pytest {folder} --evidence FILE     (a recorded submission, <sha256>.json.gz)"
            )
