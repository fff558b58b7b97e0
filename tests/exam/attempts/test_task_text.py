"""What a candidate reads of a task, prepared with its sandbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop
from grader.exam.attempts.task_text import FILE, TaskText, task_text
from grader.model.phase import PhaseLog
from grader.model.scenario import Scenario
from grader.model.text import Bilingual
from tests.exam.fakes import FakeJudge, fake_surroundings

TITLE = Bilingual("Déployer le service", "Deploy the service")


class Unasked(FakeJudge):
    """A judge that nobody may ask for a scenario."""

    def load(self, folder: Path, scenario_id: str, seed: int) -> Scenario:
        """Not for what is prepared."""
        raise AssertionError((folder, scenario_id, seed))


def _says(text: TaskText) -> None:
    assert (text.title, text.minutes) == (TITLE, 15)
    assert "Déployez." in text.statement.fr
    assert "Deploy it." in text.statement.en


def test_prepared(tmp_path: Path) -> None:
    """Once a sandbox is ready, its task is read in both languages without the scenario."""
    around = fake_surroundings(tmp_path)
    attempt = start(around, Order("deploy-service"), PhaseLog())
    _says(task_text(replace(around, judge=Unasked()), attempt))


@pytest.mark.parametrize("content", [None, "", "[]", '{"minutes": 1}', '{"minutes": "x"}'])
def test_not_prepared(tmp_path: Path, content: str | None) -> None:
    """Where nothing readable was prepared, as by an older grader, the task is read from its scenario."""
    around = fake_surroundings(tmp_path)
    attempt = start(around, Order("deploy-service"), PhaseLog())
    file = around.folder_of(attempt.id) / FILE
    file.unlink() if content is None else file.write_text(content, encoding="utf-8")
    _says(task_text(around, attempt))


def test_stopped(tmp_path: Path) -> None:
    """The task of an attempt that was stopped can still be read."""
    around = fake_surroundings(tmp_path)
    attempt = start(around, Order("deploy-service"), PhaseLog())
    stop(around, attempt.id, PhaseLog())
    _says(task_text(around, attempt))
