"""A small scenario written into a folder, to be bent and loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.judging.authoring.scenario_folder import load_scenario
from grader.model.errors import Code, GraderError
from grader.model.scenario import Scenario
from tests.judging.world import STUDIO

YAML = """\
apiVersion: grader/v1
id: small
title:
  fr: Petit
  en: Small
guide: Runbook 1
minutes: 10
settle_s: 20
services:
  except: [geolocation]
parameters:
  count: { from: 2, to: 5 }
  colour: { choice: [red, green] }
"""
CHECKS = """\
from grader.checks import check, expect, equal_to


@check(points=3, fr="un", en="one")
def test_one(cluster):
    expect(cluster.deployment("geolocation").replicas, equal_to(2), where="w", fr="f", en="e")


@check(points=1, guard=True, fr="deux", en="two")
def test_two(changes):
    assert not changes
"""
WRONG = "#!/bin/sh\n# Does nothing.\n# expects: failed=one points=0\ntrue\n"


@dataclass
class ScenarioFolder:
    """A scenario's folder."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> ScenarioFolder:
        """Write a valid scenario."""
        folder = cls(path)
        folder.write("scenario.yaml", YAML)
        folder.write("statement.fr.md", "Faites {{ count }} en {{ colour }} dans {{ studio }}\n")
        folder.write("statement.en.md", "Do {{ count }} in {{ colour }} in {{ studio }}\n")
        folder.write("test_small.py", CHECKS)
        folder.write("answers/right-way.sh", "#!/bin/sh\ntrue\n")
        folder.write("answers/wrong-way.sh", WRONG)
        return folder

    def write(self, name: str, text: str) -> None:
        """Write one of its files."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def checks(self, body: str) -> Scenario:
        """Load it with other checks, below the usual imports."""
        self.write("test_small.py", f"import pytest\n{CHECKS}\n\n{body}\n")
        return self.load()

    def load(self, seed: int = 0) -> Scenario:
        """Read it."""
        return load_scenario(self.path.parent, self.path.name, seed=seed, studio=STUDIO)

    def mistakes(self) -> list[str]:
        """What is reported of it, relative to its folder."""
        with pytest.raises(GraderError) as raised:
            self.load()
        assert raised.value.code is Code.SCENARIO_INVALID
        assert raised.value.detail is not None
        prefix = f"{self.path}/"
        return [line.removeprefix(prefix) for line in raised.value.detail.splitlines()]
