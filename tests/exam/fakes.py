"""Surroundings without a cluster: the provider's are files, the judge's a text."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from grader.exam.surroundings import Surroundings
from grader.model.errors import Code, GraderError
from grader.model.text import Bilingual
from grader.sandbox.protocol import Choice

from .fake_judge import TABLE, FakeJudge
from .fake_provider import WORK, FakeProvider, FakeSandbox, FakeWorkstation, ResettingProvider

__all__ = [
    "TABLE",
    "WORK",
    "FakeJudge",
    "FakeProvider",
    "FakeSandbox",
    "FakeWorkstation",
    "ResettingProvider",
    "fake_surroundings",
]


def fake_surroundings(
    folder: Path,
    provider: FakeProvider | None = None,
    judge: FakeJudge | None = None,
    say: Callable[[str], None] = lambda _message: None,
) -> Surroundings:
    """Surroundings whose files, database, "containers" and scenario lie in a folder."""
    scenarios = folder / "scenarios"
    scenarios.mkdir(parents=True, exist_ok=True)
    (scenarios / "right-one.sh").write_text("#!/bin/bash\n# The way of the guide.\ndeploy it\nls\n")
    world = folder / "world"
    world.mkdir(exist_ok=True)
    # Two commands may begin at the same moment.
    with suppress(FileExistsError):
        os.mkfifo(world / "gate")
    made = provider or FakeProvider(world)

    def provider_named(name: str | None) -> FakeProvider:
        if name not in {None, "fake"}:
            raise GraderError(Code.USAGE, f"unknown provider: {name}", hint="use fake")
        return made

    def choose(wanted: str | None) -> Choice:
        at_hand = Bilingual("le faux est sous la main", "the fake is at hand")
        return Choice(wanted or "fake", Bilingual("demandé", "asked for") if wanted else at_hand)

    return Surroundings(
        home=folder / "home",
        scenarios=scenarios,
        choose=choose,
        provider_named=provider_named,
        judge=judge or FakeJudge(),
        who="tester",
        say=say,
    )
