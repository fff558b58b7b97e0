"""Programs that we build: the version that each says it is, and the compiler that builds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands
from grader.sandbox.tools import compile as compiling
from grader.sandbox.tools.compile import _linker_flags, find_go
from grader.sandbox.tools.pins import go_pin, pins


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("kubectl", "-X k8s.io/component-base/version.gitVersion=v{version}"),
        ("kubectl", "-X k8s.io/component-base/version.gitMajor=1"),
        ("helm", "-X helm.sh/helm/v4/internal/version.version=v{version}"),
        ("ctr", "-X github.com/containerd/containerd/v2/version.Version=v{version}"),
    ],
)
def test_the_version_is_built_in(name: str, flag: str) -> None:
    """The linker is told the pinned version under the name that the project reads."""
    pin = pins()[name]
    assert flag.format(version=pin.version) in _linker_flags(pin)


def test_a_program_that_knows_its_version_is_told_nothing() -> None:
    """The source of kind has its version in it already."""
    assert _linker_flags(pins()["kind"]) == ""


_INSTALLS = """#!/bin/sh
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/bin"
printf '#!/bin/sh\\necho go version go%s linux/amd64' {version} > "$2/bin/go"
chmod +x "$2/bin/go"
"""


@pytest.fixture
def bare_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache on a machine that has neither Go nor uv."""
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("shutil.which", lambda _name: None)
    # Nothing is fetched here, whatever goes wrong.
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr("sys._base_executable", str(tmp_path / "python"))
    return tmp_path / "cache"


def _has_uv(cache: Path, version: str) -> None:
    uv = cache / "uv-1.0" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(_INSTALLS.format(version=version), "utf-8")
    uv.chmod(0o755)


def test_the_makefiles_uv_installs_a_compiler(bare_cache: Path) -> None:
    """Where nobody has installed anything, what `make` has brought along installs Go."""
    _has_uv(bare_cache, go_pin().least)
    found = find_go(lambda _: None, Commands())
    assert found.is_relative_to(bare_cache / "tools")


def test_a_compiler_that_is_too_old_is_none(bare_cache: Path) -> None:
    """What was installed is looked at like any other compiler."""
    most, _, patch = go_pin().least.rpartition(".")
    _has_uv(bare_cache, f"{most}.{int(patch) - 1}")
    with pytest.raises(GraderError) as caught:
        find_go(lambda _: None, Commands())
    assert caught.value.code is Code.TOOL_MISSING


@pytest.mark.parametrize("has_pip", [True, False])
def test_without_uv_there_is_pip(
    bare_cache: Path, monkeypatch: pytest.MonkeyPatch, *, has_pip: bool
) -> None:
    """In an environment of pip's that installs, in one without it the Python that made the environment."""
    monkeypatch.setattr(compiling, "find_spec", lambda _name: has_pip or None)
    monkeypatch.setattr("sys.executable", "/environment/python")
    monkeypatch.setattr("sys._base_executable", "/usr/bin/python3")
    chosen = "/environment/python" if has_pip else "/usr/bin/python3"
    assert not bare_cache.exists()
    assert compiling._installer() == [chosen, "-m", "pip", "install"]
