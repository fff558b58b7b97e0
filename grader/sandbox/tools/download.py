"""Downloads a program from its project's release page, and believes it only by its checksum."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import requests

from grader.model.errors import Code, GraderError
from grader.sandbox.settings import settings
from grader.sandbox.tools.pins import Tool

_CONNECT_S = 3
_READ_S = 30
_CHUNK = 1 << 18
_BAR_CELLS = 20
_MOST_BYTES = 200 << 20

_unreachable: set[str] = set()


def download_tool(tool: Tool, target: Path, note: Callable[[str], None]) -> bool:
    """Fetch `tool` into the file `target`; False where its release page can't be reached.

    A page that was out of reach once is not tried again by this process, so that an exam room without
    internet loses no time.

    Raises:
        GraderError: tool-checksum where what came is not what the page says it is.
    """
    if not tool.url or settings().offline:
        return False
    url = tool.filled("{url}")
    host = url.split("/")[2]
    if host in _unreachable:
        return False
    try:
        wanted = _digest_in(_get(tool.filled(tool.checksum), lambda _done, _whole: None))
        what = f"downloading {tool.name} {tool.version}"
        content = _get(url, lambda done, whole: note(f"{what}: {progress_bar(done, whole)}"))
    except requests.RequestException:
        _unreachable.add(host)
        return False
    got = hashlib.sha256(content).hexdigest()
    if got != wanted:
        raise GraderError(
            Code.TOOL_CHECKSUM,
            f"{tool.name} {tool.version} was not kept: its SHA-256 is {got}, its release page says {wanted}",
            where=url,
            hint="try again; if it stays so, tell the people who run your network",
        )
    if tool.member:
        content = _member(content, tool.filled(tool.member), url)
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(content)
    partial.chmod(0o755)
    partial.replace(target)
    return True


def _digest_in(page: bytes) -> str:
    """The SHA-256 that a page begins with; the login page of a guest network has none."""
    match = re.match(rb"\s*([0-9a-fA-F]{64})\b", page)
    if match is None:
        raise requests.RequestException("the page holds no SHA-256")
    return match[1].decode().lower()


def progress_bar(done: int, whole: int) -> str:
    """A bar of bytes, such as "████████────────────  39%  4.1 MiB"; without a bar where the whole is not known."""
    amount = f"{done / (1 << 20):.1f} MiB"
    if whole <= 0:
        return amount
    part = min(done / whole, 1.0)
    filled = round(part * _BAR_CELLS)
    return f"{'█' * filled}{'─' * (_BAR_CELLS - filled)} {part:4.0%}  {amount}"


def _get(url: str, progress: Callable[[int, int], None]) -> bytes:
    content = bytearray()
    with requests.get(url, stream=True, timeout=(_CONNECT_S, _READ_S)) as answer:
        answer.raise_for_status()
        whole = int(answer.headers.get("Content-Length") or 0)
        for chunk in answer.iter_content(_CHUNK):
            content += chunk
            progress(len(content), whole)
            if len(content) > _MOST_BYTES:
                raise requests.RequestException(f"more than {_MOST_BYTES} bytes")
    return bytes(content)


def _member(archive: bytes, name: str, url: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
        try:
            stream = tar.extractfile(name)
        except KeyError:
            stream = None
        if stream is None:
            raise GraderError(Code.TOOL_CHECKSUM, f"the archive has no file {name}", where=url)
        return stream.read()
