"""The JSON Schema for editors says of a scenario.yaml what the grader says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from grader.judging.authoring.json_schema import scenario_schema
from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.scenario_folder import find_scenarios
from grader.judging.authoring.scenario_validation import validate
from grader.judging.authoring.yaml_guard import read_yaml
from tests.judging.folder import YAML
from tests.judging.world import ROOT, SCENARIOS

SCHEMA = Draft202012Validator(scenario_schema())
FILES = [
    *(SCENARIOS / scenario / "scenario.yaml" for scenario in find_scenarios(SCENARIOS)),
    ROOT / "fixtures" / "skeleton" / "scenario.yaml",
]


def content(file: Path) -> Any:
    """What a file holds, read as the grader reads it."""
    mistakes = Mistakes(file.parent)
    document = read_yaml(file, mistakes)
    assert document is not None, mistakes.found
    return document.content


def test_it_is_a_schema() -> None:
    """It is valid by its own dialect."""
    Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_valid_files_are_valid(file: Path) -> None:
    """Every scenario of the product is in order by the schema too."""
    assert [error.message for error in SCHEMA.iter_errors(content(file))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes: 10", "minutes: many"),
        ("minutes: 10", "minutes: 0"),
        ("guide:", "guid:"),
        ("  en: Small\n", ""),
        ("grader/v1", "grader/v2"),
        ("id: small", "id: Small"),
        ("[geolocation]", "geolocation"),
        ("services:\n  except: [geolocation]", "services: some"),
        ("{ from: 2, to: 5 }", "{ from: 2 }"),
        ("{ choice: [red, green] }", "{ choice: [] }"),
        ("settle_s: 20", "settle_s: 20\nneeds: [magic]"),
        ("settle_s: 20", "settle_s: 20\nmay_change: [{ kind: Pod }]"),
    ],
)
def test_mistakes_are_mistakes(tmp_path: Path, old: str, new: str) -> None:
    """What the grader refuses in a single field, the schema refuses too."""
    file = tmp_path / "small" / "scenario.yaml"
    file.parent.mkdir()
    text = YAML.replace(old, new)
    assert text != YAML
    file.write_text(text)
    mistakes = Mistakes(file.parent)
    document = read_yaml(file, mistakes)
    assert document is not None
    assert validate(document, mistakes) is None
    assert list(SCHEMA.iter_errors(document.content))


def test_every_field_is_described() -> None:
    """An editor has something to show for every field."""
    document = scenario_schema()
    parts = [document, *document["$defs"].values()]
    bare = [name for part in parts for name, spec in part["properties"].items() if not spec]
    described = ["description" in spec for part in parts for spec in part["properties"].values()]
    assert bare == []
    assert all(described)
