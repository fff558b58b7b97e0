"""What the tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.cli.main import run
from grader.exam.surroundings import Surroundings
from grader.sandbox.settings import settings
from tests.exam.fakes import FakeJudge, FakeProvider, fake_surroundings


@dataclass(frozen=True)
class Ran:
    """A command line that ran to its end."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON document, which must be all of stdout."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document


Grader = Callable[..., Ran]


@pytest.fixture
def provider(tmp_path: Path) -> FakeProvider:
    """What the commands start sandboxes with."""
    return FakeProvider(tmp_path / "world")


@pytest.fixture
def judge() -> FakeJudge:
    """What the commands judge with."""
    return FakeJudge()


@pytest.fixture
def around(tmp_path: Path, provider: FakeProvider, judge: FakeJudge) -> Surroundings:
    """Surroundings without a cluster, in a folder of their own."""
    return fake_surroundings(tmp_path, provider, judge)


@pytest.fixture
def grader(
    around: Surroundings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Grader:
    """Runs a command line in this process, as on a screen of 100 columns without colour."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("GRADER_HOME", str(around.home))
    monkeypatch.delenv("GRADER_TRACEBACK", raising=False)
    settings.cache_clear()

    def call(*words: str) -> Ran:
        capsys.readouterr()
        code = run(words, around)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


@pytest.fixture
def attempt(grader: Grader) -> str:
    """The id of an attempt that is ready."""
    name: str = grader("start", "deploy-service", "--json").document["attempt"]["id"]
    return name
