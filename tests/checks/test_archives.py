"""Archives that candidates made: read back, never trusted."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import stat
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks import archives
from grader.checks.archives import Archive, read_tar, read_zip
from grader.checks.expectation import CheckFailed
from grader.checks.unpacking import TooMuch, unpacked
from grader.model.verdict import Finding

FILES = {"config/audio.yaml": b"level: INFO\n", "data.bin": bytes(range(256)) * 40, "empty": b""}


def zipped(
    files: dict[str, bytes] = FILES, method: int = zipfile.ZIP_DEFLATED, **modes: int
) -> bytes:
    """A zip archive; a mode makes an entry something other than a file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        made.mkdir("config")
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = modes.get(name, stat.S_IFREG | 0o644) << 16
            made.writestr(entry, content, method)
    return stream.getvalue()


def tarred(files: dict[str, bytes] = FILES, *extra: tarfile.TarInfo) -> bytes:
    """A tar archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as made:
        folder = tarfile.TarInfo("./config")
        folder.type = tarfile.DIRTYPE
        made.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
        for entry in extra:
            made.addfile(entry)
    return stream.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """An entry that is no file."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def refused(read: Callable[[], object]) -> Finding:
    """What the candidate is told."""
    with pytest.raises(CheckFailed) as raised:
        read()
    return raised.value.finding


@pytest.mark.parametrize(
    "archive",
    [
        lambda: read_zip(zipped(), "f"),
        lambda: read_zip(zipped(method=zipfile.ZIP_STORED), "f"),
        lambda: read_zip(zipped(method=zipfile.ZIP_BZIP2), "f"),
        lambda: read_zip(zipped(method=zipfile.ZIP_LZMA), "f"),
        lambda: read_tar(tarred(), "f"),
        lambda: read_tar(gzip.compress(tarred()), "f"),
        lambda: read_tar(bz2.compress(tarred()), "f"),
        lambda: read_tar(lzma.compress(tarred()), "f"),
    ],
    ids=["zip", "stored", "zip bzip2", "zip lzma", "tar", "tar.gz", "tar.bz2", "tar.xz"],
)
def test_every_usual_form_is_read(archive: Callable[[], Archive]) -> None:
    """Whatever tool made it, an archive has the names of its files and their content."""
    read = archive()
    assert read.names == sorted(FILES)
    assert {name: read.read(name) for name in read.names} == FILES
    assert "config/audio.yaml" in read
    assert "config" not in read


def test_spelling_of_names_does_not_matter() -> None:
    """`./a` is `a`, as `tar .` writes it."""
    assert read_tar(tarred({"./a/./b": b"x"}), "f").names == ["a/b"]


@pytest.mark.parametrize("read", [read_zip, read_tar])
@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"\x1f\x8b\x08\x00", b"PK\x05\x06", b"\x00"]
)
def test_what_is_no_archive_fails_the_check(
    read: Callable[[bytes, str], Archive], content: bytes
) -> None:
    """A file that only bears the name is the work's fault, told with its place."""
    finding = refused(lambda: read(content, "/backups/x: content").read("a"))
    assert finding.where.startswith("/backups/x: content")
    assert finding.expected.fr
    assert finding.why.en


def test_truncated_archives_fail_the_check() -> None:
    """A copy that broke off is found, at the latest when the file is read."""
    for cut in (10, 200, 600):
        refused(lambda cut=cut: read_zip(zipped()[:-cut], "f"))  # type: ignore[misc]
    for packed in (gzip.compress(tarred()), bz2.compress(tarred()), lzma.compress(tarred())):
        assert "too early" in refused(lambda p=packed: read_tar(p[:-40], "f")).seen.en  # type: ignore[misc]
    broken = tarred()[: 512 + 512 + 512 + 512 + 100]
    refused(lambda: read_tar(broken, "f").read("data.bin"))


def test_altered_content_is_found() -> None:
    """A zip entry whose content no longer fits its checksum can't be read."""
    content = bytearray(zipped(method=zipfile.ZIP_STORED))
    place = content.index(b"level: INFO")
    content[place] ^= 1
    assert "CRC" in refused(lambda: read_zip(bytes(content), "f").read("config/audio.yaml")).seen.en


def test_absent_files_are_named_with_what_is_there() -> None:
    """Asking for a file that is not in the archive fails the check and says what is."""
    finding = refused(lambda: read_zip(zipped(), "f").read("config/routing.yaml"))
    assert "config/audio.yaml" in finding.seen.fr
    assert "3 files there" in finding.seen.en


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "a\\..\\..\\x", "..", "\\x"])
@pytest.mark.parametrize("make", [zipped, tarred])
def test_names_that_lead_outside_are_refused(
    make: Callable[[dict[str, bytes]], bytes], name: str
) -> None:
    """An archive with an absolute name or `..` is dangerous to unpack, and earns nothing."""
    read = read_zip if make is zipped else read_tar
    assert refused(lambda: read(make({name: b"x"}), "f")).seen.en == name


def test_links_are_never_followed() -> None:
    """A link is listed and can't be read, whatever it leads to; so are devices and pipes."""
    packed = read_zip(zipped({"x": b"/etc/passwd"}, x=stat.S_IFLNK | 0o777), "f")
    assert "a link" in refused(lambda: packed.read("x")).seen.en
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)
    entries = [special(f"x{n}", kind, "data.bin") for n, kind in enumerate(kinds)]
    read = read_tar(tarred(FILES, *entries), "f")
    for n in range(len(kinds)):
        assert "a link" in refused(lambda n=n: read.read(f"x{n}")).seen.en  # type: ignore[misc]


def test_bombs_are_counted_by_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than the limit is refused, whatever size it announces."""
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000_000)
    bomb = bytes(30_000_000)
    content = bytearray(zipped({"x": bomb}))
    refused(lambda: read_zip(bytes(content), "f").read("x"))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    refused(lambda: read_zip(bytes(content), "f").read("x"))
    for packed in (gzip.compress(tarred({"x": bomb})), bz2.compress(bomb), lzma.compress(bomb)):
        assert refused(lambda p=packed: read_tar(p, "f")).seen.en == "more"  # type: ignore[misc]


def test_many_small_files_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is for all that is read of an archive, not for each file."""
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    read = read_zip(zipped({str(n): bytes(400) for n in range(4)}), "f")
    read.read("0")
    read.read("1")
    refused(lambda: read.read("2"))


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of very many entries is refused before they are all looked at."""
    monkeypatch.setattr(archives, "MOST_ENTRIES", 10)
    many = {str(n): b"" for n in range(12)}
    assert "at most 10" in refused(lambda: read_zip(zipped(many), "f")).expected.en
    assert "at most 10" in refused(lambda: read_tar(tarred(many), "f")).expected.en


def test_same_name_twice() -> None:
    """In a zip it is refused, for tools disagree which one counts; in a tar the last one counts."""
    stream = io.BytesIO(zipped({"x": b"1"}))
    with zipfile.ZipFile(stream, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("x", b"2")
    assert "twice" in refused(lambda: read_zip(stream.getvalue(), "f")).seen.en
    both = io.BytesIO()
    with tarfile.open(fileobj=both, mode="w") as tar:
        for content in (b"1", b"2"):
            entry = tarfile.TarInfo("x")
            entry.size = 1
            tar.addfile(entry, io.BytesIO(content))
    assert read_tar(both.getvalue(), "f").read("x") == b"2"


def test_encrypted_files_fail_the_check() -> None:
    """A zip that needs a password is not readable."""
    content = bytearray(zipped({"x": b"secret"}))
    for magic, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.rindex(magic) + place] |= 1
    assert "encrypted" in refused(lambda: read_zip(bytes(content), "f").read("x")).seen.en


def test_header_of_digits_does_not_hang() -> None:
    """An extended tar header made to be parsed for hours is refused at once."""
    body = b"1" * 900_000
    head = tarfile.TarInfo("x")
    head.type, head.size = tarfile.XHDTYPE, len(body)
    content = head.tobuf(tarfile.USTAR_FORMAT) + body + bytes(-len(body) % 512) + tarred()
    began = time.monotonic()
    refused(lambda: read_tar(content, "f"))
    assert time.monotonic() - began < 5


def test_real_extended_headers_are_read() -> None:
    """Long names and times in fractions, as tar writes them in extended headers, are understood."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as made:
        entry = tarfile.TarInfo("é/" + "x" * 300)
        entry.mtime = 1.5
        made.addfile(entry)
    assert read_tar(stream.getvalue(), "f").names == ["é/" + "x" * 300]


def test_unpacking_stops_at_the_limit() -> None:
    """Exactly the limit is allowed, one byte more is not; several streams in a row are one content."""
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert unpacked(pack(bytes(1000)), 1000) == bytes(1000)
        with pytest.raises(TooMuch):
            unpacked(pack(bytes(1001)), 1000)
        assert unpacked(pack(b"ab") + pack(b"cd"), 10) == b"abcd"
    assert unpacked(b"plain", 5) == b"plain"
    with pytest.raises(TooMuch):
        unpacked(b"plain", 4)
    with pytest.raises(ValueError, match=r".+"):
        unpacked(gzip.compress(b"x")[:2] + zlib.compress(b"x"), 10)


SEEDS = (
    zipped(),
    zipped(method=zipfile.ZIP_LZMA),
    zipped(method=zipfile.ZIP_BZIP2),
    tarred(),
    gzip.compress(tarred()),
    lzma.compress(tarred()),
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_damaged_archives_are_read_or_refused(
    seed: bytes, damage: list[tuple[float, int]], kept: float
) -> None:
    """However an archive is damaged, it is read or fails the check: never an error of ours."""
    content = bytearray(seed)
    for place, value in damage:
        content[int(place * len(content))] = value
    damaged = bytes(content[: int(kept * len(content)) + 1])
    for read in (read_zip, read_tar):
        with contextlib.suppress(CheckFailed):
            archive = read(damaged, "f")
            for name in archive.names:
                with contextlib.suppress(CheckFailed):
                    archive.read(name)
