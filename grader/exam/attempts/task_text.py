"""What a candidate reads of a task, written when its sandbox is prepared.

Rendering it takes the scenario and pytest, which are slow to load: a candidate who begins a task, or reads it
again, does not wait for them, and reads what was prepared even if the scenario's files were changed meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from grader.exam.attempts.opening import scenario_of
from grader.model.text import Bilingual, Language

if TYPE_CHECKING:
    from pathlib import Path

    from grader.exam.judge import Judge
    from grader.exam.surroundings import Surroundings
    from grader.model.attempt import Attempt
    from grader.model.scenario import Scenario

FILE = "task.json"


@dataclass(frozen=True)
class TaskText:
    """A task in the candidate's words.

    Attributes:
        title: What the task is called.
        minutes: The time that its scenario gives.
        statement: What is to be done, as Markdown.
    """

    title: Bilingual
    minutes: int
    statement: Bilingual


def save_task_text(judge: Judge, scenario: Scenario, folder: Path) -> None:
    """Render a task in both languages, and keep it in the attempt's folder."""
    text = asdict(_rendered(judge, scenario))
    (folder / FILE).write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")


def text_from(kept: dict[str, Any]) -> TaskText:
    """A task's text from its JSON data. Raises KeyError, TypeError or ValueError where it is none."""
    minutes, title, statement = int(kept["minutes"]), kept["title"], kept["statement"]
    return TaskText(Bilingual(**title), minutes, Bilingual(**statement))


def task_text(around: Surroundings, attempt: Attempt) -> TaskText:
    """What the candidate of an attempt reads, also after the attempt was stopped.

    Raises:
        GraderError: scenario-unknown or scenario-invalid, where it has to be rendered and can't be.
    """
    try:
        kept = json.loads((around.folder_of(attempt.id) / FILE).read_text(encoding="utf-8"))
        return text_from(kept)
    except (OSError, KeyError, TypeError, ValueError):
        # Stopped, its folder is gone; or an older grader prepared it.
        return _rendered(around.judge, scenario_of(around, attempt))


def _rendered(judge: Judge, scenario: Scenario) -> TaskText:
    french, english = (judge.statement(scenario, language) for language in Language)
    return TaskText(scenario.title, scenario.minutes, Bilingual(french, english))
