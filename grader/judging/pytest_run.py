"""Runs pytest inside this process, on a scenario's checks and nothing else.

No configuration file, conftest, environment variable or installed plugin of the place where the
grader happens to run has a say: the same checks give the same verdicts everywhere. One run at a
time: pytest changes the process (modules, standard output, environment) while it runs. A run that
waits for something gives the process back meanwhile, as it was.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from grader.judging.unread_reports import UnreadReports

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


@dataclass
class Turn:
    """The process while it is one run's: no other run has it, and all that pytest changes in it ends with the turn.

    Args:
        folder: Whose modules are the run's own.
        output: What the run prints.
    """

    folder: Path
    output: io.StringIO = field(default_factory=io.StringIO)
    _held: ExitStack = field(default_factory=ExitStack)
    _modules: dict[str, ModuleType] = field(default_factory=dict)
    _variables: dict[str, str] = field(default_factory=dict)

    def take(self) -> None:
        """Wait until no other run has the process, and change it for this one."""
        with ExitStack() as held:
            held.enter_context(_ONE_AT_A_TIME)
            held.enter_context(self._undisturbed())
            held.enter_context(contextlib.redirect_stdout(self.output))
            held.enter_context(warnings.catch_warnings())
            # A check that returns its comparison instead of asserting it would always pass.
            warnings.simplefilter("error", pytest.PytestReturnNotNoneWarning)
            self._held = held.pop_all()

    def give_back(self) -> None:
        """Let other runs have the process, as it was before."""
        self._held.close()

    @contextlib.contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """Hide others' pytest variables, and leave no trace of the run in the process until its next turn."""
        others = _of_pytest()
        path, bytecode, modules = sys.path[:], sys.dont_write_bytecode, set(sys.modules)
        for key in others:
            del os.environ[key]
        os.environ.update(self._variables)
        sys.modules.update(self._modules)
        # A cached module is found again by second and size alone; checks are always read afresh.
        sys.dont_write_bytecode = True
        try:
            yield
        finally:
            sys.dont_write_bytecode = bytecode
            sys.path[:] = path
            self._variables = _of_pytest()
            for key in self._variables:
                del os.environ[key]
            os.environ.update(others)
            self._modules = _taken_out(sys.modules.keys() - modules, self.folder)


def run_pytest(
    folder: Path,
    files: Sequence[Path],
    plugin: object,
    *,
    collect_only: bool = False,
    turn: Turn | None = None,
) -> PytestRun:
    """Run pytest on files of a folder, with one plugin.

    Args:
        folder: The scenario's folder.
        files: The files of checks in it.
        plugin: Registered for this run; its fixtures are the only ones besides pytest's own.
        collect_only: Import and collect, run nothing.
        turn: Where the plugin gives the process back for a while, by which it does.
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
        "--tb=short",
        "-q",
        *(["--collect-only"] if collect_only else []),
        *(str(file) for file in files),
    ]
    turn = turn or Turn(folder)
    turn.take()
    try:
        code = pytest.main(
            arguments, plugins=[*([] if collect_only else [UnreadReports()]), plugin]
        )
    finally:
        turn.give_back()
    return PytestRun(int(code), turn.output.getvalue())


def _of_pytest() -> dict[str, str]:
    """The variables of the environment that are pytest's."""
    return {key: value for key, value in os.environ.items() if key.startswith("PYTEST_")}


def _taken_out(names: Iterable[str], folder: Path) -> dict[str, ModuleType]:
    """Unload those modules that are checks: two scenarios may well have files of the same name."""
    inside = f"{folder.resolve()}{os.sep}"
    own = [
        n for n in names if str(getattr(sys.modules[n], "__file__", None) or "").startswith(inside)
    ]
    return {name: sys.modules.pop(name) for name in own}
