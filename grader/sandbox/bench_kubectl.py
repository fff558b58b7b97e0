"""The checks of `grader bench judge` the plain way: a script that calls kubectl for each."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands
from grader.sandbox.settings import data_folder
from grader.sandbox.tools.resolve import tool

_LIMIT_S = 300


@dataclass(frozen=True)
class KubectlChecks:
    """The script, ready to be timed.

    Attributes:
        kubeconfig: With the grader's own credential.
        images: Stable image by service.
    """

    kubeconfig: Path
    images: Mapping[str, str]

    def run(self) -> tuple[float, int]:
        """Seconds that all checks took, and how many there were.

        Raises:
            GraderError: sandbox-broken, where one of them does not pass: then nothing is compared.
        """
        script = data_folder("fixtures") / "bench" / "kubectl-checks.sh"
        environment = {
            "KUBECTL": str(tool("kubectl")),
            "KUBECONFIG": str(self.kubeconfig),
            "PATH": os.environ.get("PATH", os.defpath),
        }
        lines = "".join(f"{service} {image}\n" for service, image in self.images.items())
        began = time.monotonic()
        done = Commands().run(
            ["bash", script],
            stdin=lines.encode(),
            environment=environment,
            timeout_s=_LIMIT_S,
        )
        seconds = time.monotonic() - began
        said = done.checked(Code.SANDBOX_BROKEN).text.splitlines()
        passed = [line for line in said if line.startswith("ok ")]
        if len(passed) != len(said):
            raise GraderError(Code.SANDBOX_BROKEN, f"a check of kubectl's does not pass: {said}")
        return seconds, len(passed)
