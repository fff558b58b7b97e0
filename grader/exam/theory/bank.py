"""Reads the bank of questions, one YAML file a subject, and refuses it with every mistake at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from grader.exam.theory.review import review
from grader.exam.theory.schema import BankFile, OptionEntry, QuestionEntry
from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.yaml_guard import Document, read_yaml
from grader.model.errors import Code, GraderError
from grader.model.question import Option, Question, Subject
from grader.model.text import Bilingual


def load_bank(folder: Path) -> Sequence[Question]:
    """Every question of the bank, subject by subject.

    Args:
        folder: Holds one file a subject, such as `kubernetes.yaml`.

    Raises:
        GraderError: questions-invalid, with each mistake's file and line.
    """
    mistakes = Mistakes(folder)
    found: list[Question] = []
    for subject in Subject:
        file = folder / f"{subject.value}.yaml"
        document = read_yaml(file, mistakes)
        if document is None:
            continue
        questions = _questions(document, subject, mistakes)
        found += questions
        for place, question in enumerate(questions):
            for text in review(question, found):
                _add(mistakes, document, ("questions", place), f"{question.id}: {text}")
    if mistakes.found:
        count = len(mistakes.found)
        raise GraderError(
            Code.QUESTIONS_INVALID,
            f"the bank of questions has {count} mistake{'s' if count > 1 else ''}",
            where=str(folder),
            hint="correct the lines below",
            detail="\n".join(str(mistake) for mistake in sorted(mistakes.found)),
        )
    return found


def _questions(document: Document, subject: Subject, mistakes: Mistakes) -> list[Question]:
    try:
        read = BankFile.model_validate(document.content)
    except ValidationError as error:
        for problem in error.errors():
            path = tuple(problem["loc"])
            name = ".".join(str(part) for part in path) or "the file"
            _add(mistakes, document, path, f"{name}: {problem['msg']}")
        return []
    if read.subject is not subject:
        _add(mistakes, document, ("subject",), f"subject: must be {subject.value}, as the file")
    return [_question(entry, subject) for entry in read.questions]


def _question(entry: QuestionEntry, subject: Subject) -> Question:
    return Question(
        id=entry.id,
        subject=subject,
        guide=entry.guide,
        multiple=entry.kind == "multiple",
        text=Bilingual(entry.text.fr, entry.text.en),
        why=Bilingual(entry.why.fr, entry.why.en),
        options=tuple(_option(option) for option in entry.options),
    )


def _option(entry: OptionEntry) -> Option:
    return Option(
        Bilingual(entry.fr or entry.both or "", entry.en or entry.both or ""), right=entry.right
    )


def _add(mistakes: Mistakes, document: Document, path: tuple[str | int, ...], text: str) -> None:
    line, column = document.position(path)
    mistakes.add(document.file, text, line=line, column=column)
