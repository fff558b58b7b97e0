"""A sandbox's record, by which a later process finds it again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.errors import Code, GraderError
from grader.sandbox.kind.record import Record, load_record

_RECORD = Record(
    engine="podman",
    engine_address={"DOCKER_HOST": "unix:///run/user/1000/podman.sock"},
    node_image="localhost/grader-node:v1.37.2-abc",
    node_image_reason="made here before",
    workstation_image="localhost/grader-workstation:def",
)


def test_nothing_was_recorded(tmp_path: Path) -> None:
    """A sandbox that never got so far has no record."""
    assert load_record(tmp_path) is None


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """A record comes back equal; a later one replaces it, and nothing else lies in the folder."""
    _RECORD.save(tmp_path)
    assert load_record(tmp_path) == _RECORD
    assert _RECORD.api_port == 0
    later = replace(_RECORD, api_port=41023)
    later.save(tmp_path)
    assert load_record(tmp_path) == later
    assert [path.name for path in tmp_path.iterdir()] == ["sandbox.json"]


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=3), st.integers(0, 65535))
def test_any_text_survives(
    tmp_path_factory: object, text: str, address: dict[str, str], port: int
) -> None:
    """Whatever an engine's address or an image's name is made of, it is read back as it was."""
    folder = tmp_path_factory.mktemp("record")  # type: ignore[attr-defined]
    record = replace(_RECORD, node_image=text, engine_address=address, api_port=port)
    record.save(folder)
    assert load_record(folder) == record


def test_a_killed_writer_leaves_the_older_record(tmp_path: Path) -> None:
    """Half a record beside the whole one, as a killed process leaves it, is not read."""
    _RECORD.save(tmp_path)
    (tmp_path / "sandbox.json.partial").write_text('{"engine": "pod', encoding="utf-8")
    assert load_record(tmp_path) == _RECORD
    assert json.loads((tmp_path / "sandbox.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"engine": "pod', "Unterminated"),
        ('["a"]', "as this version has it"),
        ('{"engine": "podman"}', "node_image"),
        (None, "colour"),
    ],
    ids=["cut", "no record", "too little", "too much"],
)
def test_another_version_s_record_is_a_clear_error(
    tmp_path: Path, content: str | None, said: str
) -> None:
    """What this version did not write is refused with what is wrong and where, not with a defect of ours."""
    _RECORD.save(tmp_path)
    path = tmp_path / "sandbox.json"
    if content is None:
        known = json.loads(path.read_text(encoding="utf-8"))
        content = json.dumps({**known, "colour": "blue"})
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GraderError, match=said) as caught:
        load_record(tmp_path)
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert caught.value.where == str(path)
