"""An exam's file is read as it says, and every mistake in it is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from grader.judging.authoring.exam_file import find_exams, load_exam
from grader.judging.authoring.json_schema import exam_schema
from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.yaml_guard import read_yaml
from grader.model.errors import Code, GraderError
from grader.model.exam import ExamTask

YAML = """\
apiVersion: grader/v1
id: small
title: { fr: Petit, en: Small }
theory:
  weight_percent: 40
  pass_percent: 70
  minutes: 60
  subjects:
    - { id: backup, title: { fr: Sauvegarde, en: Backup }, questions: 4 }
    - { id: security, title: { fr: Sécurité, en: Security }, questions: 3 }
practical:
  weight_percent: 60
  pass_percent: 80
  tasks:
    - { scenario: one, minutes: 15, weight: 3 }
    - { scenario: two, minutes: 10 }
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of exams, and one with the scenarios `one` and `two`."""
    for scenario in ("one", "two"):
        (tmp_path / "scenarios" / scenario).mkdir(parents=True)
        (tmp_path / "scenarios" / scenario / "scenario.yaml").touch()
    (tmp_path / "exams").mkdir()
    (tmp_path / "exams" / "small.yaml").write_text(YAML, encoding="utf-8")
    return tmp_path / "exams", tmp_path / "scenarios"


def test_an_exam_is_what_its_file_says(folders: tuple[Path, Path]) -> None:
    """Parts, times, weights and marks are read; what is added up is added up."""
    exams, scenarios = folders
    assert find_exams(exams) == ["small"]
    exam = load_exam(exams, "small", scenarios)
    assert (exam.id, exam.title.fr, exam.title.en) == ("small", "Petit", "Small")
    assert (exam.theory.weight_percent, exam.practical.weight_percent) == (40, 60)
    assert (exam.theory.pass_percent, exam.practical.pass_percent) == (70, 80)
    assert (exam.theory.minutes, exam.theory.questions) == (60, 7)
    assert [subject.id for subject in exam.theory.subjects] == ["backup", "security"]
    assert exam.practical.tasks == (ExamTask("one", 15, 3), ExamTask("two", 10, 1))
    assert (exam.practical.minutes, exam.practical.weight) == (25, 4)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("id: small", "id: other", "2:5: id: 'other', allowed: the file's name, small"),
        ("grader/v1", "grader/v2", "1:13: apiVersion: 'grader/v2', allowed: grader/v1"),
        (
            "weight_percent: 60",
            "weight_percent: 50",
            "12:19: practical.weight_percent: 90 with that of theory, allowed: 100 together",
        ),
        ("minutes: 10", "minutes: 0", "16:33: practical.tasks.1.minutes: 0, allowed: a whole"),
        ("minutes: 10", "minutes: ten", "16:33: practical.tasks.1.minutes: 'ten', allowed: a"),
        ("minutes: 10", "minuts: 10", "minuts: unknown, allowed: scenario, minutes, weight; did"),
        ("scenario: two", "scenario: three", "16:19: practical.tasks.1.scenario: 'three', allow"),
        ("scenario: two", "scenario: one", "practical.tasks.1.scenario: 'one' a second time"),
        ("id: security", "id: backup", "10:13: theory.subjects.1.id: 'backup' a second time"),
        ("en: Security", "nl: Veilig", "theory.subjects.1.title.en: missing, allowed: a line of"),
        ("pass_percent: 70", "pass_percent: 101", "theory.pass_percent: 101, allowed: a whole"),
        (", questions: 3", "", "theory.subjects.1.questions: missing, allowed: how many"),
    ],
)
def test_each_mistake(folders: tuple[Path, Path], old: str, new: str, mistake: str) -> None:
    """A single mistake is one line, with its place and what is allowed."""
    exams, scenarios = folders
    file = exams / "small.yaml"
    assert old in YAML
    file.write_text(YAML.replace(old, new), encoding="utf-8")
    with pytest.raises(GraderError, match="the exam has") as raised:
        load_exam(exams, "small", scenarios)
    assert raised.value.code is Code.EXAM_INVALID
    found = str(raised.value.detail).replace(f"{file}:", "").splitlines()
    assert [line for line in found if mistake in line], found


def test_an_unknown_exam_names_those_there_are(folders: tuple[Path, Path]) -> None:
    """A name nearly right is recognised."""
    exams, scenarios = folders
    with pytest.raises(GraderError, match="there are: small") as raised:
        load_exam(exams, "smal", scenarios)
    assert (raised.value.code, raised.value.hint) == (Code.EXAM_UNKNOWN, "did you mean small?")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes: 10", "minutes: 0"),
        ("grader/v1", "grader/v2"),
        ("minutes: 10", "minuts: 10"),
        ("questions: 3", "questions: none"),
        ("id: small", "id: Small"),
    ],
)
def test_the_schema_refuses_what_the_grader_refuses(tmp_path: Path, old: str, new: str) -> None:
    """For editors: valid where it is read, invalid where a single field is wrong."""
    schema = Draft202012Validator(exam_schema())
    Draft202012Validator.check_schema(exam_schema())
    for text, valid in ((YAML, True), (YAML.replace(old, new), False)):
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        document = read_yaml(file, Mistakes(file))
        assert document is not None
        assert schema.is_valid(document.content) is valid
