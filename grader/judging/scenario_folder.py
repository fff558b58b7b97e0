"""Finds scenarios and reads them, reporting every mistake of one at once."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from grader.judging.answer_header import read_answers
from grader.judging.collect import check_files
from grader.judging.mistakes import Mistakes
from grader.judging.parameters import draw
from grader.judging.scenario_schema import AllServicesBut, ScenarioFile
from grader.judging.scenario_validation import add, validate
from grader.judging.statement import check_statements
from grader.judging.studio_file import load_studio
from grader.judging.yaml_guard import Document, read_yaml
from grader.model.errors import Code, GraderError
from grader.model.scenario import Scenario, Selector
from grader.model.studio import Studio
from grader.model.text import Bilingual
from grader.sandbox.settings import data_folder

FILE = "scenario.yaml"


def find_scenarios(folder: Path) -> Sequence[str]:
    """The ids of the scenarios in a folder, sorted: each subfolder that has a scenario.yaml."""
    return sorted(file.parent.name for file in folder.glob(f"*/{FILE}"))


def load_scenario(
    folder: Path, scenario_id: str, *, seed: int = 0, studio: Studio | None = None
) -> Scenario:
    """Read one scenario, with its parameters drawn.

    Args:
        folder: Where scenarios lie, one subfolder each.
        scenario_id: The subfolder's name.
        seed: Draws the parameters; an attempt keeps its own.
        studio: What is true of the services; by default what the product's fixtures say.

    Raises:
        GraderError: scenario-unknown, naming those that exist; scenario-invalid, with every mistake.
    """
    known = find_scenarios(folder)
    if scenario_id not in known:
        raise _unknown(folder, scenario_id, known)
    place = folder / scenario_id
    mistakes = Mistakes(place)
    studio = studio or load_studio(data_folder("fixtures"))
    document = read_yaml(place / FILE, mistakes)
    read = validate(document, mistakes) if document else None
    services = _services(read, document, studio, mistakes) if read and document else ()
    answers = read_answers(place / "answers", mistakes)
    parameters = draw(read.id, read.parameters, seed) if read and not mistakes.found else {}
    check_statements(place, tuple(read.parameters) if read else None, mistakes)
    _check_files(place, read, mistakes)
    mistakes.stop_if_any()
    if read is None:  # pragma: no cover - a file that was not read left a mistake
        raise GraderError(Code.INTERNAL, "a scenario was neither read nor refused", str(place))
    return Scenario(
        id=read.id,
        folder=place.resolve(),
        title=Bilingual(read.title.fr, read.title.en),
        guide=read.guide,
        minutes=read.minutes,
        settle_s=read.settle_s,
        pass_percent=read.pass_percent,
        needs=tuple(read.needs),
        services=services,
        may_change=tuple(Selector(m.kind, m.name, m.namespace) for m in read.may_change),
        studio=studio,
        seed=seed,
        parameters=parameters,
        answers=answers,
    )


def _unknown(folder: Path, scenario_id: str, known: Sequence[str]) -> GraderError:
    close = difflib.get_close_matches(scenario_id, known, n=1)
    hint = f"did you mean {close[0]}?" if close else "grader scenarios lists them"
    there = ", ".join(known) or "none"
    return GraderError(
        Code.SCENARIO_UNKNOWN,
        f"there is no scenario {scenario_id}; there are: {there}",
        where=str(folder),
        hint=hint,
    )


def _services(
    read: ScenarioFile, document: Document, studio: Studio, mistakes: Mistakes
) -> tuple[str, ...]:
    if not isinstance(read.services, AllServicesBut):
        return tuple(studio.services)
    for place, service in enumerate(read.services.except_):
        if service not in studio.services:
            allowed = ", ".join(studio.services)
            text = f"services.except.{place}: {service!r}, allowed: {allowed}"
            add(mistakes, document, ("services", "except", place), text)
    return studio.except_(*read.services.except_)


def _check_files(place: Path, read: ScenarioFile | None, mistakes: Mistakes) -> None:
    if not check_files(place):
        mistakes.add(place, "no test_*.py, allowed: at least one file of checks")
    if (place / "conftest.py").exists():
        mistakes.add(place / "conftest.py", "not read; fixtures belong beside the checks")
    if read is not None and read.minutes * 60 < read.settle_s:
        mistakes.add(place / FILE, "settle_s is longer than the time that a candidate has")
