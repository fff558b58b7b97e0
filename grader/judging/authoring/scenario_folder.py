"""Finds scenarios and reads them, reporting every mistake of one at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from grader.judging.authoring.answer_header import read_answers
from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.parameters import draw, offered
from grader.judging.authoring.scenario_schema import (
    SMALL_DISK,
    AllServicesBut,
    Exempt,
    ScenarioFile,
)
from grader.judging.authoring.scenario_validation import validate
from grader.judging.authoring.schema_mistakes import add
from grader.judging.authoring.statement import check_statements
from grader.judging.authoring.studio_file import load_studio
from grader.judging.authoring.templates import OFFERED, check_template, known_early, rendered_text
from grader.judging.authoring.yaml_guard import Document, read_yaml
from grader.judging.collect import check_files
from grader.judging.observing.stage import fault_files
from grader.model.errors import Code, GraderError
from grader.model.scenario import ProofException, Scenario, Selector
from grader.model.studio import Studio
from grader.model.text import Bilingual
from grader.sandbox.settings import data_folder

FILE = "scenario.yaml"
_BOTH = ("fr", "en")


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
    answers = read_answers(place / "answers", mistakes)
    choices = offered(read.parameters) if read and not mistakes.found else {}
    parameters = draw(scenario_id, choices, seed)
    allowed = OFFERED | frozenset(read.parameters) if read else None
    check_statements(place, allowed, mistakes)
    for script in (*fault_files(place), *(answer.path for answer in answers)):
        check_template(script, allowed, mistakes)
    _check_files(place, read, mistakes)
    if read and document and not mistakes.found:
        read = _with_parameters(read, document, known_early(parameters, studio), mistakes)
    services = _services(read, document, studio, mistakes) if read and document else ()
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
        needs=_needs(read),
        services=services,
        may_change=tuple(
            Selector(m.kind, m.name, m.namespace, tuple(m.fields)) for m in read.may_change
        ),
        studio=studio,
        seed=seed,
        parameters=parameters,
        choices=choices,
        answers=answers,
        equivalent_mutants=_exceptions(read.proof.equivalent),
        changing_rewrites=_exceptions(read.proof.changes_meaning),
        disk_mib=read.workstation.disk_mib if read.workstation else 0,
    )


def _needs(read: ScenarioFile) -> tuple[str, ...]:
    """What the sandbox must offer: what the author says, and what else the file asks for."""
    small_disk = [SMALL_DISK] if read.workstation else []
    return tuple(dict.fromkeys([*read.needs, *small_disk]))


def _exceptions(exempt: Sequence[Exempt]) -> tuple[ProofException, ...]:
    return tuple(ProofException(one.name, one.reason) for one in exempt)


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


def _with_parameters(
    read: ScenarioFile, document: Document, values: Mapping[str, Any], mistakes: Mistakes
) -> ScenarioFile:
    """The file with its own templates rendered: title, services.except and may_change."""

    def text(template: str, *path: str | int) -> str:
        try:
            return rendered_text(template, values)
        except TemplateError as error:
            name = ".".join(str(part) for part in path)
            add(mistakes, document, path, f"{name}: {template!r} can't be rendered: {error}")
            return template

    title = {language: text(getattr(read.title, language), "title", language) for language in _BOTH}
    services = read.services
    if isinstance(services, AllServicesBut):
        names = [text(n, "services", "except", i) for i, n in enumerate(services.except_)]
        services = services.model_copy(update={"except_": names})
    may_change = [
        entry.model_copy(update={"name": text(entry.name, "may_change", place, "name")})
        for place, entry in enumerate(read.may_change)
    ]
    return read.model_copy(
        update={
            "title": read.title.model_copy(update=title),
            "services": services,
            "may_change": may_change,
        }
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
    for file in (place / "fault").glob("*"):
        if file.suffix not in {".yaml", ".sh"}:
            mistakes.add(file, f"{file.name}, allowed: manifests (.yaml) and scripts (.sh)")
    if (place / "fault").is_dir() and not fault_files(place):
        mistakes.add(place / "fault", "empty, allowed: at least one manifest or script")
    if (place / "conftest.py").exists():
        mistakes.add(place / "conftest.py", "not read; fixtures belong beside the checks")
    if read is not None and read.minutes * 60 < read.settle_s:
        mistakes.add(place / FILE, "settle_s is longer than the time that a candidate has")
