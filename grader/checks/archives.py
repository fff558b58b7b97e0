"""Archives that a candidate made, read in memory and never trusted.

Nothing is ever written out, so a hostile archive can harm in two ways only: by its size, which is
counted in bytes that really came out, and by names that lead a person who unpacks it elsewhere.
Whatever is wrong with an archive is the work's fault and fails the check, in words.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NoReturn

from grader.checks.expectation import fail
from grader.checks.unpacking import TooMuch, unpacked
from grader.model.text import Bilingual

MOST_ENTRIES = 20_000
MOST_BYTES = 100_000_000
"""Of all that is unpacked of one archive, in memory."""

_ZIP_ENTRY = b"PK\x01\x02"
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What Python's readers raise for content that is not what it claims to be."""

_HEADER_MOST = 1_000_000
_NO_NUMBER = re.compile(rb"[0-9]{100}")

Reader = Callable[[int], bytes]


class _Entry(tarfile.TarInfo):
    """An entry whose extended header is looked at before it is parsed.

    Until 3.11.10 Python parses one with a long run of digits for hours (CVE-2024-6232).
    """

    def _proc_pax(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        stream = archive.fileobj
        if self.size > _HEADER_MOST or stream is None:
            raise tarfile.ReadError("an extended header is too large")
        place = stream.tell()
        header = stream.read(self.size)
        stream.seek(place)
        if _NO_NUMBER.search(header):
            raise tarfile.ReadError("an extended header is malformed")
        made: tarfile.TarInfo = super()._proc_pax(archive)  # type: ignore[misc]
        return made


class Archive:
    """A zip or tar archive. Asking for what it has not, or can't give, fails the check.

    Args:
        where: Names the file, for `expect`.
        members: What reads each file in it, by name; None for a link or a device.
    """

    def __init__(self, where: str, members: Mapping[str, Reader | None]) -> None:
        self._where = where
        self._members = members
        self._left = MOST_BYTES

    @property
    def names(self) -> Sequence[str]:
        """The names of the files in it, sorted, without folders; links too."""
        return sorted(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """A file's content, checked against its checksum where the format has one."""
        if name not in self._members:
            _fail_archive(self._where, *_absent(name, self.names))
        reader = self._members[name]
        if reader is None:
            _refuse(self.where(name), "un lien ou un périphérique", "a link or a device")
        try:
            content = reader(self._left + 1)
        except _BROKEN as error:
            _refuse(self.where(name), f"illisible : {error}", f"unreadable: {error}")
        self._left -= len(content)
        if self._left < 0:
            _refuse_size(self.where(name))
        return content

    def where(self, name: str = "") -> str:
        """Names the archive, and a file in it, for `expect`."""
        return f"{self._where}: {name}" if name else self._where


def read_zip(content: bytes, where: str) -> Archive:
    """The zip archive in a file; fails the check where it is none, or a dangerous one."""
    if content.count(_ZIP_ENTRY) > MOST_ENTRIES:
        _refuse_count(where)
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        _refuse(where, f"illisible comme zip : {error}", f"unreadable as zip: {error}")
    members: dict[str, Reader | None] = {}
    for entry in opened.infolist():
        name = _checked_name(entry.filename, where)
        if entry.is_dir():
            continue
        if name in members:
            _refuse(where, f"{name} y est deux fois", f"{name} is in it twice")
        # Python makes no difference between a link and a file; the mode that zip recorded does.
        kind = stat.S_IFMT(entry.external_attr >> 16)
        plain = kind in {0, stat.S_IFREG}
        members[name] = _zip_reader(opened, entry) if plain else None
    return Archive(where, members)


def read_tar(content: bytes, where: str) -> Archive:
    """The tar archive in a file, however compressed; fails the check where it is none, or a dangerous one.

    Where a name is in it twice, the last counts, as for tar itself.
    """
    members: dict[str, Reader | None] = {}
    try:
        plain = unpacked(content, MOST_BYTES)
        opened = tarfile.open(fileobj=io.BytesIO(plain), mode="r:", tarinfo=_Entry)  # noqa: SIM115 - memory only
        for number, entry in enumerate(opened):
            if number >= MOST_ENTRIES:
                _refuse_count(where)
            name = _checked_name(entry.name, where)
            if not entry.isdir():
                members[name] = _tar_reader(opened, entry) if entry.isreg() else None
    except TooMuch:
        _refuse_size(where)
    except _BROKEN as error:
        _refuse(where, f"illisible comme tar : {error}", f"unreadable as tar: {error}")
    return Archive(where, members)


def _zip_reader(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Reader:
    def read(limit: int) -> bytes:
        with opened.open(entry) as stream:
            return _read(stream.read, limit)

    return read


def _tar_reader(opened: tarfile.TarFile, entry: tarfile.TarInfo) -> Reader:
    def read(limit: int) -> bytes:
        stream = opened.extractfile(entry)
        if stream is None:  # pragma: no cover - it is a regular file
            raise ValueError("it is no file")
        with stream:
            return _read(stream.read, limit)

    return read


def _read(read: Callable[[int], bytes], limit: int) -> bytes:
    """Up to so many bytes, in steps: a header's word for the size is never taken."""
    whole = bytearray()
    while len(whole) < limit and (piece := read(min(1 << 20, limit - len(whole)))):
        whole += piece
    return bytes(whole)


def _checked_name(name: str, where: str) -> str:
    """The name as `a/b`, however it was spelt; fails the check where it leads out of the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        _fail_archive(
            where,
            Bilingual("des chemins relatifs, sans ..", "relative paths, without .."),
            Bilingual(name, name),
        )
    return str(PurePosixPath(name))


def _absent(name: str, names: Sequence[str]) -> tuple[Bilingual, Bilingual]:
    few = ", ".join(names[:20])
    return (
        Bilingual(f"contient {name}", f"contains {name}"),
        Bilingual(
            f"absent ; {len(names)} fichiers présents : {few}",
            f"absent; {len(names)} files there: {few}",
        ),
    )


def _refuse(where: str, fr: str, en: str) -> NoReturn:
    wanted = Bilingual("une archive complète et lisible", "a complete and readable archive")
    _fail_archive(where, wanted, Bilingual(fr, en))


def _refuse_count(where: str) -> NoReturn:
    _fail_archive(
        where,
        Bilingual(f"au plus {MOST_ENTRIES} entrées", f"at most {MOST_ENTRIES} entries"),
        Bilingual("davantage", "more"),
    )


def _refuse_size(where: str) -> NoReturn:
    most = MOST_BYTES // 1_000_000
    _fail_archive(
        where,
        Bilingual(f"au plus {most} Mo décompressés", f"at most {most} MB when unpacked"),
        Bilingual("davantage", "more"),
    )


def _fail_archive(where: str, expected: Bilingual, seen: Bilingual) -> NoReturn:
    fail(
        expected,
        seen,
        where=where,
        fr="Une sauvegarde ne vaut que si on peut la relire et la restaurer sans danger.",
        en="A backup is worth something only if it can be read back and restored without danger.",
    )
