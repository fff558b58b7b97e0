"""The commands that look after the machine, with the sandbox's side replaced."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from grader.model.phase import PhaseLog
from grader.sandbox.bench import MeasuredSandbox

from .conftest import Grader

Replace = Callable[..., None]


@dataclass(frozen=True)
class Finding:
    """As the sandbox's doctor has it."""

    subject: str
    state: str
    found: str
    mend: str


@pytest.fixture
def replace(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Put names into a module of the sandbox, whether or not it is there."""

    def put(module: str, **names: object) -> None:
        made = ModuleType(module)
        made.__dict__.update(names)
        monkeypatch.setitem(sys.modules, module, made)

    return put


OK = Finding("engine", "ok", "podman 5", "")
MISSING = Finding("kubectl", "missing", "", "grader setup")


def test_doctor_content(grader: Grader, replace: Replace) -> None:
    """`doctor` on a machine that has everything exits with 0 and says what to do with it."""
    replace("grader.sandbox.doctor", examine=lambda: [OK], Finding=Finding)
    ran = grader("doctor")
    assert ran.code == 0
    assert "podman 5" in ran.stdout
    assert "grader demo" in ran.stderr


def test_doctor_discontent(grader: Grader, replace: Replace) -> None:
    """`doctor` names what is missing and the command that mends it, and exits with 3."""
    replace("grader.sandbox.doctor", examine=lambda: [OK, MISSING], Finding=Finding)
    ran = grader("doctor")
    assert ran.code == 3
    assert "✗" in ran.stdout
    assert "hint: grader setup" in ran.stdout
    ran = grader("doctor", "--json")
    assert ran.document["ok"] is False
    assert ran.document["findings"][1]["mend"] == "grader setup"


def test_setup(grader: Grader, replace: Replace) -> None:
    """`setup` prepares for the provider asked for, and tells each phase's time."""
    asked: list[str | None] = []

    def prepare(provider: str | None, log: PhaseLog) -> None:
        asked.append(provider)
        with log.phase("kubectl"):
            pass

    replace("grader.sandbox.setup", prepare=prepare)
    assert "✓ kubectl" in grader("setup").stderr
    document = grader("setup", "kind", "--json").document
    assert asked == [None, "kind"]
    assert document["phases"][0]["name"] == "kubectl"


def test_image_build(grader: Grader, replace: Replace) -> None:
    """`image build` names the images, and builds again with `--force`."""
    forced: list[bool] = []

    def build_images(_log: PhaseLog, *, force: bool = False) -> list[str]:
        forced.append(force)
        return ["grader/node:abc"]

    replace("grader.sandbox.image.build", build_images=build_images)
    assert grader("image", "build").stdout == "grader/node:abc\n"
    assert grader("image", "build", "--force", "--json").document["images"] == ["grader/node:abc"]
    assert forced == [False, True]


def test_bench(grader: Grader, replace: Replace) -> None:
    """`bench sandbox --json` prints the benchmark's own document; people get three lines."""
    document: dict[str, Any] = {
        "name": "sandbox",
        "ours_s": 14.2,
        "theirs_s": 20.0,
        "ratio": 0.71,
        "phases": {},
        "compared_with": "bare kind",
        "runs": 2,
        "stop_s": 1.5,
    }
    measured = MeasuredSandbox(**document)
    replace("grader.sandbox.bench", bench_sandbox=lambda _log, *, runs: measured if runs else None)
    assert grader("bench", "sandbox", "--json", "--runs", "2").document == document
    assert grader("bench", "sandbox").stdout.splitlines() == [
        "ours   14.20 s",
        "theirs 20.00 s  (bare kind)",
        "ratio  0.710  1.4 times as fast",
    ]
