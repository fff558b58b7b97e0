"""Finds exams and reads them, reporting every mistake of one at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.judging.authoring.exam_schema import ExamFile
from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.scenario_folder import find_scenarios
from grader.judging.authoring.schema_mistakes import add, read_as
from grader.judging.authoring.yaml_guard import YamlPath, read_yaml
from grader.model.errors import Code, GraderError
from grader.model.exam import Exam, ExamTask, Practical, Subject, Theory
from grader.model.text import Bilingual

_WHOLE = 100


def find_exams(folder: Path) -> Sequence[str]:
    """The ids of the exams in a folder, sorted: its .yaml files."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def load_exam(folder: Path, exam_id: str, scenarios: Path) -> Exam:
    """Read one exam.

    Args:
        folder: Where exams lie, one file each.
        exam_id: The file's name without its ending.
        scenarios: Where the scenarios lie that it may name.

    Raises:
        GraderError: exam-unknown, naming those that exist; exam-invalid, with every mistake.
    """
    known = find_exams(folder)
    if exam_id not in known:
        close = difflib.get_close_matches(exam_id, known, n=1)
        raise GraderError(
            Code.EXAM_UNKNOWN,
            f"there is no exam {exam_id}; there are: {', '.join(known) or 'none'}",
            where=str(folder),
            hint=f"did you mean {close[0]}?" if close else "use one of those",
        )
    file = folder / f"{exam_id}.yaml"
    mistakes = Mistakes(file, Code.EXAM_INVALID, "exam")
    document = read_yaml(file, mistakes)
    read = read_as(ExamFile, document, mistakes) if document else None
    if read and document:
        for path, text in _senseless(read, file, find_scenarios(scenarios)):
            add(mistakes, document, path, text)
    mistakes.stop_if_any()
    if read is None:  # pragma: no cover - a file that was not read left a mistake
        raise GraderError(Code.INTERNAL, "an exam was neither read nor refused", str(file))
    return _exam(read, file)


def _senseless(
    read: ExamFile, file: Path, scenarios: Sequence[str]
) -> Iterator[tuple[YamlPath, str]]:
    """What no single field shows, with its place."""
    if read.id != file.stem:
        yield ("id",), f"id: {read.id!r}, allowed: the file's name, {file.stem}"
    whole = read.theory.weight_percent + read.practical.weight_percent
    if whole != _WHOLE:
        text = f"practical.weight_percent: {whole} with that of theory, allowed: {_WHOLE} together"
        yield ("practical", "weight_percent"), text
    for place, task in enumerate(read.practical.tasks):
        path = ("practical", "tasks", place, "scenario")
        name = ".".join(map(str, path))
        if task.scenario not in scenarios:
            yield path, f"{name}: {task.scenario!r}, allowed: {', '.join(scenarios)}"
        if task.scenario in {earlier.scenario for earlier in read.practical.tasks[:place]}:
            yield path, f"{name}: {task.scenario!r} a second time, allowed: each once"
    for place, subject in enumerate(read.theory.subjects):
        if subject.id in {earlier.id for earlier in read.theory.subjects[:place]}:
            path = ("theory", "subjects", place, "id")
            yield (
                path,
                f"{'.'.join(map(str, path))}: {subject.id!r} a second time, allowed: each once",
            )


def _exam(read: ExamFile, file: Path) -> Exam:
    theory, practical = read.theory, read.practical
    return Exam(
        id=read.id,
        file=file.resolve(),
        title=Bilingual(read.title.fr, read.title.en),
        theory=Theory(
            theory.weight_percent,
            theory.pass_percent,
            theory.minutes,
            tuple(
                Subject(s.id, Bilingual(s.title.fr, s.title.en), s.questions)
                for s in theory.subjects
            ),
        ),
        practical=Practical(
            practical.weight_percent,
            practical.pass_percent,
            tuple(ExamTask(task.scenario, task.minutes, task.weight) for task in practical.tasks),
        ),
    )
