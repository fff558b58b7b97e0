"""Downloads are believed by their checksum only, and an absent network costs no time."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.settings import settings
from grader.sandbox.tools import download
from grader.sandbox.tools.download import download_tool, progress_bar
from grader.sandbox.tools.pins import Tool

from .release_page import ReleasePage

_PROGRAM = b"#!/bin/sh\necho hammer\n"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the program goes."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder / "hammer"


def _silent(_text: str) -> None:
    return


def _nothing_kept(target: Path) -> bool:
    return not list(target.parent.iterdir())


def test_a_good_download_is_kept_and_may_run(release_page: ReleasePage, target: Path) -> None:
    """What has its page's checksum is kept, may be run, and its progress was told."""
    notes: list[str] = []
    assert download_tool(release_page.publish(_PROGRAM), target, notes.append)
    assert target.read_bytes() == _PROGRAM
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["hammer"]
    assert notes == [f"downloading hammer 1.2.3: {'█' * 20} 100%  0.0 MiB"]


def test_progress_is_drawn() -> None:
    """A bar shows the part that is there; where the whole is not known, the amount alone."""
    assert progress_bar(4 << 20, 10 << 20) == "████████──────────── " + " 40%  4.0 MiB"
    assert progress_bar(4 << 20, 0) == "4.0 MiB"
    assert progress_bar(5, 4).startswith("█" * 20 + " 100%")


def test_the_checksum_may_be_written_in_capitals(release_page: ReleasePage, target: Path) -> None:
    """A page that prints its checksum in capitals means the same."""
    checksum = hashlib.sha256(_PROGRAM).hexdigest().upper().encode()
    assert download_tool(release_page.publish(_PROGRAM, checksum=checksum), target, _silent)


def test_a_wrong_checksum_is_refused(release_page: ReleasePage, target: Path) -> None:
    """What is not what the page says is not kept, and the error names both checksums and the place."""
    wrong = b"0" * 64
    with pytest.raises(GraderError) as caught:
        download_tool(release_page.publish(_PROGRAM, checksum=wrong), target, _silent)
    error = caught.value
    assert error.code is Code.TOOL_CHECKSUM
    assert wrong.decode() in error.what
    assert hashlib.sha256(_PROGRAM).hexdigest() in error.what
    assert error.where == f"{release_page.address}/hammer"
    assert error.hint
    assert _nothing_kept(target)


@pytest.mark.parametrize(
    "page", [b"", b"<html>Welcome, please log in</html>", b"\xff\xfe\x00", b"abc  hammer"]
)
def test_a_page_without_a_checksum_is_no_release_page(
    page: bytes, release_page: ReleasePage, target: Path
) -> None:
    """A guest network's login page counts as no network, so that the next place is tried."""
    assert not download_tool(release_page.publish(_PROGRAM, checksum=page), target, _silent)
    assert _nothing_kept(target)


def test_an_unreachable_page_is_tried_once(release_page: ReleasePage, target: Path) -> None:
    """Where nobody answers the answer is no, and the same host is not asked again."""
    tool = release_page.publish(_PROGRAM)
    del release_page.files["/hammer.sha256"]
    assert not download_tool(tool, target, _silent)
    release_page.publish(_PROGRAM)
    assert not download_tool(tool, target, _silent)
    assert release_page.asked == ["/hammer.sha256"]
    assert _nothing_kept(target)


def test_a_closed_port_is_no_network(target: Path) -> None:
    """A host that refuses to be spoken to is out of reach."""
    with ReleasePage() as page:
        tool = page.publish(_PROGRAM)
    assert not download_tool(tool, target, _silent)


def test_half_a_body_is_not_a_program(release_page: ReleasePage, target: Path) -> None:
    """A connection that breaks half-way leaves nothing, and is not taken for a forged program."""
    tool = release_page.publish(_PROGRAM)
    release_page.promised["/hammer"] = len(_PROGRAM) * 2
    assert not download_tool(tool, target, _silent)
    assert _nothing_kept(target)


def test_too_much_is_refused(
    release_page: ReleasePage, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that never stops sending does not fill memory or disk."""
    monkeypatch.setattr(download, "_MOST_BYTES", 80)
    assert not download_tool(release_page.publish(b"x" * 100), target, _silent)
    assert _nothing_kept(target)


def test_offline_asks_nobody(
    release_page: ReleasePage, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With GRADER_OFFLINE set not one request is made."""
    monkeypatch.setenv("GRADER_OFFLINE", "1")
    settings.cache_clear()
    assert not download_tool(release_page.publish(_PROGRAM), target, _silent)
    assert not release_page.asked


def test_a_program_without_a_release_is_only_built(target: Path) -> None:
    """A pin without a release page is never downloaded."""
    assert not download_tool(Tool("x", "1", "x", "."), target, _silent)


def _packed(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"linux/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def test_a_program_is_taken_out_of_its_archive(release_page: ReleasePage, target: Path) -> None:
    """Of a release that is an archive the program alone is kept."""
    archive = _packed(LICENSE=b"text", hammer=_PROGRAM)
    tool = release_page.publish(archive, member="{os}/hammer")
    assert download_tool(tool, target, _silent)
    assert target.read_bytes() == _PROGRAM


def test_an_archive_without_the_program(release_page: ReleasePage, target: Path) -> None:
    """An archive that lacks the program is a clear error."""
    tool = release_page.publish(_packed(LICENSE=b"text"), member="{os}/hammer")
    with pytest.raises(GraderError) as caught:
        download_tool(tool, target, _silent)
    assert caught.value.code is Code.TOOL_CHECKSUM
    assert "linux/hammer" in caught.value.what
    assert _nothing_kept(target)
