"""What every test of the repository may ask for."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from grader.sandbox.tools.resolve import tool

# The plugin's tests run pytest inside pytest; only the topmost conftest may ask for it.
pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def helm_program() -> Path:
    """The Helm that the grader itself uses; built or downloaded where this machine has none."""
    return tool("helm")


def pytest_configure() -> None:
    """Have Ctrl-C mean what it means at a terminal, also where the tests run as somebody's background job."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
