"""Runs pytest inside this process, on a scenario's checks and nothing else.

No configuration file, conftest, environment variable or installed plugin of the place where the
grader happens to run has a say: the same checks give the same verdicts everywhere. One run at a
time: pytest changes the process (modules, standard output, environment) while it runs.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

# Plugins that judging has no use for; several would change the process that hosts the run.
_LEFT_OUT = (
    "cacheprovider",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "legacypath",
    "logging",
    "pastebin",
    "recwarn",
    "setuponly",
    "setupplan",
    "stepwise",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",
    "warnings",
)

_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True)
class PytestRun:
    """How a run ended and what it printed."""

    exit_code: int
    output: str


def run_pytest(
    folder: Path, files: Sequence[Path], plugin: object, *, collect_only: bool = False
) -> PytestRun:
    """Run pytest on files of a folder, with one plugin.

    Args:
        folder: The scenario's folder.
        files: The files of checks in it.
        plugin: Registered for this run; its fixtures are the only ones besides pytest's own.
        collect_only: Import and collect, run nothing.
    """
    if not files:
        # Without one pytest would take what lies where the grader happens to run.
        return PytestRun(pytest.ExitCode.NO_TESTS_COLLECTED, f"no file of checks is in {folder}")
    arguments = [
        f"--rootdir={folder}",
        "-c",
        os.devnull,
        "--noconftest",
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        *(part for name in _LEFT_OUT for part in ("-p", f"no:{name}")),
        "--capture=no",
        "--color=no",
        # Nobody reads how a check that fails came to it: pytest finds the source of each line by parsing its file.
        "--tb=short" if collect_only else "--tb=native",
        "-q",
        *(["--collect-only"] if collect_only else []),
        *(str(file) for file in files),
    ]
    output = io.StringIO()
    with (
        _ONE_AT_A_TIME,
        _undisturbed(folder),
        contextlib.redirect_stdout(output),
        warnings.catch_warnings(),
    ):
        # A check that returns its comparison instead of asserting it would always pass.
        warnings.simplefilter("error", pytest.PytestReturnNotNoneWarning)
        code = pytest.main(arguments, plugins=[plugin])
    return PytestRun(int(code), output.getvalue())


@contextlib.contextmanager
def _undisturbed(folder: Path) -> Iterator[None]:
    """Hide pytest's environment variables, and leave no trace of the run in the process."""
    environment = {key: value for key, value in os.environ.items() if key.startswith("PYTEST_")}
    path = sys.path[:]
    bytecode = sys.dont_write_bytecode
    for key in environment:
        del os.environ[key]
    # A cached module is found again by second and size alone; checks are always read afresh.
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = bytecode
        sys.path[:] = path
        for key in [key for key in os.environ if key.startswith("PYTEST_")]:
            del os.environ[key]
        os.environ.update(environment)
        _forget_modules(folder)


def _forget_modules(folder: Path) -> None:
    """Unload the checks: two scenarios may well have files of the same name."""
    inside = f"{folder.resolve()}{os.sep}"
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(inside):
            del sys.modules[name]
