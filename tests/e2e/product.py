"""The product as a person runs it: the command, in a home of its own, on one engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pexpect

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.authoring.templates import script
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import examine_engine
from grader.sandbox.settings import data_folder

COMMAND = Path(sys.executable).parent / "grader"
_LIMIT_S = 600
_STOP_S = 120

GEOLOCATION_SEED = "0"
"""From which deploy-service draws the guide's own example: geolocation, in its stable release."""


def stored_answer(name: str) -> str:
    """A stored answer of deploy-service, as it is typed in an attempt that `Product.start` made."""
    scenario = load_scenario(data_folder("scenarios"), "deploy-service", seed=int(GEOLOCATION_SEED))
    return script(scenario, scenario.folder / "answers" / f"{name}.sh", WORKSTATION_PATHS)


@dataclass(frozen=True)
class CommandLine:
    """`grader` with a home of its own.

    Attributes:
        home: Its GRADER_HOME.
        environment: All its variables.
    """

    home: Path
    environment: Mapping[str, str]

    before: ClassVar[tuple[str, ...]] = ()
    """Words that stand before the command, such as another program that becomes it."""

    def run(self, *words: str, limit_s: float = _LIMIT_S) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever comes of it.

        One that is not done in time is told to stop, so that nothing it started is in the way of later tests.
        """
        command = ["env", "--default-signal=INT", *self.before, str(COMMAND), *words]
        with subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                said, told = process.communicate(timeout=limit_s)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                try:
                    said, told = process.communicate(timeout=_STOP_S)
                finally:
                    process.kill()
                raise AssertionError(f"{words}: not done in {limit_s} s\n{said}{told}") from None
            except BaseException:
                process.send_signal(signal.SIGINT)
                raise
        return subprocess.CompletedProcess(command, process.returncode, said, told)

    def json(self, *words: str, exit_code: int = 0, limit_s: float = _LIMIT_S) -> dict[str, Any]:
        """Run a command that must end with this exit code; the JSON document it prints."""
        done = self.run(*words, "--json", limit_s=limit_s)
        assert done.returncode == exit_code, (
            f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def shell(self, attempt: str) -> pexpect.spawn[str]:
        """`grader shell` at a terminal, for a person to type at."""
        return pexpect.spawn(
            str(COMMAND),
            ["shell", attempt],
            env={**self.environment, "TERM": "dumb"},
            encoding="utf-8",
            timeout=180,
            dimensions=(40, 250),
        )

    def piped(self, attempt: str, typed: str) -> subprocess.CompletedProcess[str]:
        """`grader shell` with what is typed piped into it, to its end."""
        return subprocess.run(
            [COMMAND, "shell", attempt],
            input=typed,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def spawn(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command and let it run; Ctrl-C reaches it also where it does not reach these tests."""
        return subprocess.Popen(
            ["env", "--default-signal=INT", *self.before, COMMAND, *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@dataclass(frozen=True)
class Product(CommandLine):
    """`grader` on one engine.

    Attributes:
        engine: The engine that it is told to use, to look at from outside.
    """

    engine: Engine

    def start(self, *words: str) -> str:
        """Start an attempt at deploy-service, which draws geolocation in its stable release; its id."""
        words = ("start", "deploy-service", "--seed", GEOLOCATION_SEED, *words)
        attempt: str = self.json(*words)["attempt"]["id"]
        return attempt

    def workstation(self, attempt: str, script: str, *, user: str = "1000:1000") -> str:
        """What a script prints that a candidate types at the workstation, and its exit code at the end."""
        output = self.engine.execute(
            f"grader-{attempt}-workstation",
            *("bash", "-c", f"{{ {script}\n}} 2>&1; echo exit=$?"),
            options=["--user", user, "--workdir", "/home/ubuntu/pivori-studio"],
        )
        return output.text

    def leftovers(self) -> list[str]:
        """Every container, network and process that bears a sandbox's name."""
        found = [f"container {name}" for name in self.engine.containers("grader-")]
        found += [f"network {name}" for name in self.engine.networks("grader-")]
        found += [
            f"process {words}"
            for words in _commands()
            if "=grader-" in words or ("/grader-" in words and "podman.sock" in words)
        ]
        found += [f"process {pid} (audit recorder)" for pid in recorders(self.home)]
        found += [f"folder {path}" for path in Path(tempfile.gettempdir()).glob("grader-*")]
        return found


def product_on(home: Path, address: Mapping[str, str], engine: str) -> Product:
    """The product with a home of its own, on an engine that listens at this address."""
    environment = {**os.environ, **address, "GRADER_HOME": str(home), "GRADER_ENGINE": engine}
    return Product(home, environment, examine_engine(engine, address))


def wait_for(true: Callable[[], bool], what: str, *, limit_s: float = 120) -> None:
    """Ask until the answer is yes; fails with `what` after the limit."""
    deadline = time.monotonic() + limit_s
    pause = threading.Event()
    while not true():
        assert time.monotonic() < deadline, f"not in time: {what}"
        pause.wait(0.05)


def wait_for_line(process: subprocess.Popen[bytes], text: str) -> None:
    """Read what a process prints until a line has `text` in it."""
    assert process.stdout is not None
    seen = []
    for raw in process.stdout:
        seen.append(raw.decode(errors="replace"))
        if text in seen[-1]:
            return
    raise AssertionError(f"{text!r} was not said:\n{''.join(seen)}")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as a crash would: it gets no chance to clean up."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def recorders(home: Path) -> list[int]:
    """The processes that record the audit logs of a home's attempts."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            ours = any(word.startswith(f"{home}/attempts/") for word in words)
            if ours and "grader.sandbox.audit.recorder" in words:
                found.append(int(entry.name))
    return found


def _commands() -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found
