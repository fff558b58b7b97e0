"""Files of the workstation: not there, empty, cut short, not what they were.

They are damaged on the record only, wherever a check asked for them: by their path or by a pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from grader.judging.proof.difference import Solved
from grader.judging.proof.mutant import About, Mutant, always
from grader.model.observation import Observation, WorkstationFile

_AT_MOST = 6
"""Files of one pattern that are damaged."""

Change = Callable[[WorkstationFile], WorkstationFile | None]


def files(solved: Sequence[Solved]) -> Iterator[Mutant]:
    """Damage to every declared file that all right answers made, changed or took away.

    Files found by a pattern may be called otherwise after each answer, as backups are that bear their
    hour in their name: it is enough that each answer left some of that pattern.
    """
    for path in sorted(solved[0].solved.files):
        yield from _named(path, [(_file(s.found, path), _file(s.solved, path)) for s in solved])
    for pattern in sorted(solved[0].solved.listings):
        yield from _listed(pattern, solved)


def _named(
    path: str, pairs: Sequence[tuple[WorkstationFile | None, WorkstationFile | None]]
) -> Iterator[Mutant]:
    """A file that a check asks for by its path."""
    old, new = pairs[0]
    if any(before == after for before, after in pairs):
        return
    if new is not None and all(after is not None for _, after in pairs):
        yield from _spoilt(path, old, new)
    elif old is not None and all(after is None for _, after in pairs):
        yield _other(path, "back again", always(old))


def _listed(pattern: str, solved: Sequence[Solved]) -> Iterator[Mutant]:
    olds = [_by_path(s.found, pattern) for s in solved]
    news = [_by_path(s.solved, pattern) for s in solved]
    touched = [
        [path for path, file in new.items() if not _is_same(old.get(path), file)]
        for old, new in zip(olds, news, strict=True)
    ]
    if all(touched):
        for path in touched[0][:_AT_MOST]:
            yield from _spoilt(path, olds[0].get(path), news[0][path])
    lost = set.intersection(*(old.keys() - new.keys() for old, new in zip(olds, news, strict=True)))
    for path in sorted(lost)[:_AT_MOST]:
        yield _other(path, "back again", always(olds[0][path]), listing=pattern)


def _spoilt(path: str, old: WorkstationFile | None, new: WorkstationFile) -> Iterator[Mutant]:
    yield _other(path, "removed", always(None))
    if old is not None:
        yield _other(path, "as it was found", always(old))
    if new.size:
        yield _other(path, "empty", _with(always(b"")))
    if new.content:
        yield _other(path, "cut short", _with(lambda content: content[: len(content) // 2]))
        yield _other(path, "with other bytes in its middle", _with(_corrupted))


def _other(path: str, what: str, change: Change, *, listing: str = "") -> Mutant:
    def on_record(observation: Observation) -> Observation:
        content = dict(observation.files)
        if path in content:
            now = _file(observation, path)
            made = change(now or WorkstationFile(path, 0, 0.0))
            content[path] = made.content if made else None
        listings = {
            key: _changed(found, path, change, added=key == listing)
            for key, found in observation.listings.items()
        }
        return replace(observation, files=content, listings=listings)

    return Mutant(f"file {path} {what}", About.FILE, on_record=on_record)


def _changed(
    found: Sequence[WorkstationFile], path: str, change: Change, *, added: bool
) -> Sequence[WorkstationFile]:
    there = {file.path: file for file in found}
    if path in there or added:
        made = change(there.pop(path, WorkstationFile(path, 0, 0.0)))
        if made is not None:
            there[path] = made
    return [there[name] for name in sorted(there)]


def _with(change: Callable[[bytes], bytes]) -> Change:
    def changed(file: WorkstationFile) -> WorkstationFile:
        if file.content is None:
            return replace(file, size=0)
        content = change(file.content)
        return replace(file, content=content, size=len(content))

    return changed


def _corrupted(content: bytes) -> bytes:
    """Sixteen bytes turned round in the middle, as a bad disk or a careless hand leaves them."""
    place = max(len(content) // 2 - 8, 0)
    piece = bytes(byte ^ 0xFF for byte in content[place : place + 16])
    return content[:place] + piece + content[place + 16 :]


def _file(observation: Observation, path: str) -> WorkstationFile | None:
    content = observation.files.get(path)
    return None if content is None else WorkstationFile(path, len(content), 0.0, content)


def _by_path(observation: Observation, pattern: str) -> Mapping[str, WorkstationFile]:
    return {file.path: file for file in observation.listings.get(pattern, ())}


def _is_same(old: WorkstationFile | None, new: WorkstationFile) -> bool:
    return old is not None and (old.size, old.content, old.link) == (
        new.size,
        new.content,
        new.link,
    )
