"""A recipe's digest: another recipe, another name; the same recipe, the same name."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.sandbox.image import recipe
from grader.sandbox.image.node import node_reference
from grader.sandbox.image.workstation import workstation_reference


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of fixtures with two files."""
    monkeypatch.setattr(recipe, "data_folder", lambda _name: tmp_path)
    made = tmp_path / "image"
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "one").write_text("one", encoding="utf-8")
    (made / "two").write_text("two", encoding="utf-8")
    (made / "two").chmod(0o644)
    return made


def _digest(folder: Path) -> str:
    return recipe.digest([folder], ["kubectl"], [])


def test_it_is_stable(folder: Path) -> None:
    """Nothing changed, nothing renamed: twelve hex digits, the same ones."""
    assert _digest(folder) == _digest(folder)
    assert len(_digest(folder)) == 12


def test_content_counts(folder: Path) -> None:
    """Another content in any file is another recipe."""
    before = _digest(folder)
    (folder / "deep" / "one").write_text("eno", encoding="utf-8")
    assert _digest(folder) != before


def test_the_right_to_run_counts(folder: Path) -> None:
    """A file that may be run now, and could not before, is another recipe."""
    before = _digest(folder)
    (folder / "two").chmod(0o755)
    assert _digest(folder) != before


def test_the_name_counts(folder: Path) -> None:
    """A renamed file is another recipe."""
    before = _digest(folder)
    (folder / "two").rename(folder / "three")
    assert _digest(folder) != before


def test_python_s_own_caches_do_not_count(folder: Path) -> None:
    """Running the program once does not make another recipe of it."""
    before = _digest(folder)
    (folder / "deep" / "__pycache__").mkdir()
    (folder / "deep" / "__pycache__" / "one.pyc").write_bytes(b"x")
    assert _digest(folder) == before


def test_the_rights_to_read_do_not_count(folder: Path) -> None:
    """A checkout under another umask is the same recipe."""
    before = _digest(folder)
    (folder / "two").chmod(0o600)
    assert _digest(folder) == before


def test_a_single_file_is_a_recipe_too(folder: Path) -> None:
    """A file may stand where a folder may."""
    before = _digest(folder / "two")
    (folder / "two").write_text("owt", encoding="utf-8")
    assert _digest(folder / "two") != before


def test_programs_and_modules_count(folder: Path) -> None:
    """Another pinned program, or another module that puts it together, is another recipe."""
    digests = {
        recipe.digest([folder], [], []),
        recipe.digest([folder], ["kubectl"], []),
        recipe.digest([folder], ["kubectl", "helm"], []),
        recipe.digest([folder], ["kubectl"], [recipe]),
    }
    assert len(digests) == 4
    assert recipe.digest([folder], ["helm", "kubectl"], []) in digests


def test_our_images_are_named_by_their_recipes() -> None:
    """The node with stubs, the bare node and the workstation have names of their own, twice the same."""
    names = {node_reference(), node_reference(with_stubs=False), workstation_reference()}
    assert len(names) == 3
    assert names == {node_reference(), node_reference(with_stubs=False), workstation_reference()}
    assert all(name.startswith("localhost/grader-") for name in names)
