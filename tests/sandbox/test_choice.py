"""The provider that is taken where nobody names one, and the reason for it."""

from __future__ import annotations

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.choice import choose
from grader.sandbox.providers import provider_named
from grader.sandbox.settings import settings

from .programs import Programs


def test_an_engine_decides_for_kind(programs: Programs) -> None:
    """Where an engine can be used it is kind, and the engine is the reason."""
    programs.says("podman", "5.4.0\n")
    choice = choose(None)
    assert (choice.provider, choice.reason.en) == ("kind", "podman 5.4.0 can be used")
    assert choice.reason.fr == "podman 5.4.0 est utilisable"
    assert provider_named(None).name == "kind"


def test_no_engine_decides_for_embedded(programs: Programs) -> None:
    """Where no engine is installed it is embedded, and the command for an engine is told."""
    assert programs.folder.is_dir()
    choice = choose(None)
    assert (choice.provider, choice.without_engine) == ("embedded", True)
    assert "neither Docker nor Podman" in choice.reason.en
    assert "aucun n'est installé" in choice.reason.fr.replace("’", "'")  # noqa: RUF001 - as French has it
    assert choice.hint
    assert provider_named(None).name == "embedded"


def test_an_engine_that_may_not_be_used(programs: Programs) -> None:
    """An engine that this user may not use is none to take, and the reason says so."""
    programs.says("docker", "", exit_code=1, stderr="permission denied")
    choice = choose(None)
    assert (choice.provider, choice.without_engine) == ("embedded", False)
    assert "may not use docker" in choice.reason.en
    assert "pas le droit" in choice.reason.fr
    assert "usermod" in choice.hint


@pytest.mark.parametrize(
    ("version", "exit_code", "words"),
    [("3.4.0\n", 0, "ne peut pas faire tourner"), ("", 1, "ne répond pas")],
)
def test_an_engine_of_no_use(version: str, exit_code: int, words: str, programs: Programs) -> None:
    """An engine that is too old or does not answer is none to take, and French reports say so too."""
    programs.says("podman", version, exit_code=exit_code)
    choice = choose(None)
    assert choice.provider == "embedded"
    assert words in choice.reason.fr


def test_who_asks_gets_it(programs: Programs) -> None:
    """A provider that is asked for is taken without a look at the machine."""
    programs.says("podman", "5.4.0\n")
    assert choose("embedded").reason.en == "asked for"
    assert not programs.calls("podman")


def test_an_unknown_provider() -> None:
    """A provider that there is not is wrong use, and those that there are, are named."""
    with pytest.raises(GraderError) as caught:
        choose("nomad")
    assert (caught.value.code, caught.value.hint) == (Code.USAGE, "use one of: kind, embedded")


@pytest.mark.parametrize(("engine", "code"), [("rkt", Code.USAGE), ("docker", Code.ENGINE_MISSING)])
def test_an_engine_that_is_asked_for(
    engine: str, code: Code, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names an engine that can't be used is told so, and not given something else."""
    programs.says("podman", "5.4.0\n")
    monkeypatch.setenv("GRADER_ENGINE", engine)
    settings.cache_clear()
    with pytest.raises(GraderError) as caught:
        choose(None)
    assert caught.value.code is code
