"""What the grader asks of a container engine, in the words that Docker and Podman share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from grader.model.errors import Code
from grader.sandbox.faults import fault_in
from grader.sandbox.process import Commands, Output, failure

_TIMED_OUT = 124


@dataclass(frozen=True)
class Engine:
    """A usable engine.

    Attributes:
        name: "docker" or "podman".
        program: Its command-line program.
        version: What it says of itself.
        environment: Variables that every program speaking to this engine needs (kind too).
        rootless: Whether it runs as a normal user.
    """

    name: str
    program: Path
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)
    rootless: bool = False

    def run(
        self,
        *words: str | Path,
        commands: Commands | None = None,
        stdin: bytes | IO[bytes] | None = None,
        timeout_s: float = 120,
    ) -> Output:
        """Run the engine's program with these arguments."""
        runner = commands or Commands()
        return runner.run(
            [self.program, *words], stdin=stdin, timeout_s=timeout_s, environment=self.environment
        )

    def image_exists(self, reference: str) -> bool:
        """Whether an image is in the engine's own store."""
        output = self.run("image", "inspect", "--format", "{{.Id}}", reference)
        _require_answer(output)
        return output.exit_code == 0

    def load(self, archive: Path, *, commands: Commands | None = None) -> None:
        """Take the images of an archive into the engine's store."""
        with archive.open("rb") as stream:
            self.run("load", commands=commands, stdin=stream, timeout_s=600).checked(
                Code.IMAGE_BUILD
            )

    def containers(self, name_prefix: str) -> list[str]:
        """Names of the containers, running or not, whose name begins so."""
        return self._names(name_prefix, "--all")

    def running(self, name_prefix: str) -> list[str]:
        """Names of the containers that run and whose name begins so."""
        # Not by what the listing calls their state: that is "running" here, and "Up 5 minutes" there.
        return self._names(name_prefix, "--filter", "status=running")

    def _names(self, name_prefix: str, *words: str) -> list[str]:
        listing = self.run("ps", *words, "--format", "{{.Names}}").checked(Code.ENGINE_STOPPED)
        return sorted(n for n in listing.text.split() if n.startswith(name_prefix))

    def networks(self, name_prefix: str) -> list[str]:
        """Names of the networks whose name begins so."""
        listing = self.run("network", "ls", "--format", "{{.Name}}").checked(Code.ENGINE_STOPPED)
        return sorted(n for n in listing.text.split() if n.startswith(name_prefix))

    def remove_containers(self, names: Sequence[str]) -> None:
        """Kill and remove containers with their anonymous volumes; those that are gone already are fine."""
        # Podman first sends the stop signal, which a node ignores for ten seconds; Docker kills at once.
        at_once = ["--time=0"] if self.name == "podman" else []
        for name in names:
            words = ("rm", "--force", "--volumes", *at_once, name)
            output = self.run(*words)
            if output.exit_code != 0 and self.container(name) is not None:
                # Podman has killed it and gives up where the end takes longer than it waits, as under load.
                self.run(*words).checked(Code.ENGINE_STOPPED)

    def remove_network(self, name: str) -> None:
        """Remove a network; one that is gone already is fine."""
        output = self.run("network", "rm", name)
        if output.exit_code != 0 and name in self.networks(name):
            output.checked(Code.ENGINE_STOPPED)

    def container(self, name: str) -> dict[str, Any] | None:
        """What the engine knows of a container; None where there is none."""
        output = self.run("container", "inspect", name)
        _require_answer(output)
        if output.exit_code != 0:
            return None
        found: list[dict[str, Any]] = json.loads(output.text)
        return found[0] if found else None

    def execute(
        self,
        container: str,
        *argv: str,
        options: Sequence[str] = (),
        stdin: bytes | IO[bytes] | None = None,
        timeout_s: float = 120,
        commands: Commands | None = None,
    ) -> Output:
        """Run a program in a container."""
        interactive = ("--interactive",) if stdin is not None else ()
        return self.run(
            "exec",
            *interactive,
            *options,
            container,
            *argv,
            stdin=stdin,
            timeout_s=timeout_s,
            commands=commands,
        )


def _require_answer(output: Output) -> None:
    """Tell "there is none" from an engine that no longer answers, or can't."""
    if output.exit_code == _TIMED_OUT or (output.exit_code != 0 and fault_in(output.stderr)):
        raise failure(output, Code.ENGINE_STOPPED, hint="grader doctor")
