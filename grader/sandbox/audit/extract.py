"""Reads an attempt's audit chain and the log behind it: the requests, and what is missing of them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.model.audit import AuditExtract, AuditFinding, AuditWrite, moment_of
from grader.model.text import Bilingual
from grader.sandbox.audit import finding_words as words
from grader.sandbox.audit.chain import GAP_S, Chain, boot_id, now_text, read_chain
from grader.sandbox.audit.condense import condensed
from grader.sandbox.audit.places import AuditPlaces

MOST = 400
"""So many requests are kept with a submission."""
_FINDINGS = 50


def read_extract(
    places: AuditPlaces, *, since: str, own: frozenset[str], running: bool
) -> AuditExtract:
    """What of an attempt's audit log is kept with a submission; never raises for what it finds.

    Args:
        places: Where it lies.
        since: When the candidate began, RFC 3339; what came before is the scenario's own work.
        own: The names by which the grader itself asks the API server.
        running: Whether the recorder runs.
    """
    try:
        content = places.chain.read_bytes()
    except FileNotFoundError:
        return AuditExtract(findings=(_found("absent", "", words.NO_CHAIN),))
    except OSError as error:
        return AuditExtract(findings=(AuditFinding("absent", "", f"unreadable: {error}"),))
    chain = read_chain(content)
    found = [*_in_chain(chain), *_silences(chain)]
    if not running:
        found.append(_found("not-running", now_text(), words.NO_RECORDER))
    kept = [r["write"] for r in chain.records if r["kind"] == "write" and _is_write(r)]
    found += _beside_source(places.source_log, chain, kept)
    writes = _writes(kept, since, own)
    return AuditExtract(
        head=f"sha256:{chain.end.digest}" if chain.records else "",
        records=len(chain.records),
        writes=tuple(writes[-MOST:]),
        omitted=max(0, len(writes) - MOST),
        findings=tuple(found[:_FINDINGS]),
    )


def _in_chain(chain: Chain) -> Iterator[AuditFinding]:
    """What the recorder itself found, and what the chain lacks."""
    if chain.broken:
        yield AuditFinding("chain-broken", "", chain.broken)
    for record in chain.records:
        if record["kind"] == "finding":
            yield AuditFinding(str(record.get("what")), record["at"], str(record.get("detail")))


def _silences(chain: Chain) -> Iterator[AuditFinding]:
    """Times at which nobody recorded."""
    previous: dict[str, Any] | None = None
    boot = ""
    for record in chain.records:
        if record["kind"] == "begin":
            same_boot = record.get("boot") == boot
            boot = str(record.get("boot"))
            if previous is not None:
                seconds = record["mono"] - previous["mono"]
                said = words.silent(seconds) if same_boot else words.NEW_START
                yield _found("restarted", record["at"], said)
                previous = record
                continue
        if previous is not None and record["mono"] - previous["mono"] > GAP_S:
            seconds = record["mono"] - previous["mono"]
            yield _found("gap", previous["at"], words.nothing_for(seconds))
        previous = record
    if previous is not None and boot == boot_id():
        seconds = time.monotonic() - previous["mono"]
        if seconds > GAP_S:
            yield _found("gap", previous["at"], words.nothing_to_the_end(seconds))


def _beside_source(log: Path, chain: Chain, kept: list[Mapping[str, Any]]) -> list[AuditFinding]:
    """Compare the log that is there now with the chain; what is not in it yet is taken over into `kept`."""
    last = next((r for r in reversed(chain.records) if "off" in r), None)
    try:
        inode = log.stat().st_ino
        content = log.read_bytes()
    except OSError as error:
        return [_found("missing", now_text(), words.unreadable(str(error.strerror)))]
    known = {r["digest"] for r in chain.records if r["kind"] == "write" and "digest" in r}
    recorded = last["off"] if last is not None and last["ino"] == inode else 0
    if last is not None and last["ino"] not in {0, inode} and not _rotated(log, last["ino"]):
        return [_found("replaced", now_text(), words.ANOTHER_FILE)]
    if len(content) < recorded:
        return [_found("truncated", now_text(), words.shorter(recorded, len(content)))]
    missing = [
        line
        for line in content[:recorded].split(b"\n")
        if line and hashlib.sha256(line).hexdigest() not in known
    ]
    kept += _not_yet(content[recorded:], known)
    if not missing:
        return []
    return [_found("missing", "", _named(missing))]


def _not_yet(content: bytes, known: set[str]) -> Iterator[Mapping[str, Any]]:
    """The requests of the last moment, which the recorder has not come to."""
    for line in content.rpartition(b"\n")[0].split(b"\n"):
        if line and hashlib.sha256(line).hexdigest() not in known:
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict):
                yield condensed(event)


def _named(missing: list[bytes]) -> Bilingual:
    """The ids of lines that the chain lacks, as far as they have one."""
    names = []
    for line in missing[:5]:
        try:
            names.append(str(condensed(json.loads(line)).get("id") or "?"))
        except (ValueError, RecursionError, AttributeError):
            names.append("?")
    return words.not_in_chain(len(missing), names)


def _found(kind: str, at: str, detail: Bilingual) -> AuditFinding:
    return AuditFinding(kind, at, detail.en, detail.fr)


def _rotated(log: Path, inode: int) -> bool:
    return any(path.stat().st_ino == inode for path in log.parent.glob("audit*.log*"))


def _writes(kept: list[Mapping[str, Any]], since: str, own: frozenset[str]) -> list[AuditWrite]:
    """The candidate's and everybody else's requests since a moment, each once, oldest first."""
    begun = moment_of(since)
    # One that lasts, such as a command in a container, is logged as it begins and as it ends.
    once = {str(entry.get("id")): entry for entry in kept}
    found = []
    for entry in once.values():
        at = moment_of(str(entry.get("at", "")))
        if entry.get("user") in own or at is None or (begun is not None and at < begun):
            continue
        found.append((at, _write(entry)))
    found.sort(key=lambda pair: pair[0])
    return [write for _, write in found]


def _write(entry: Mapping[str, Any]) -> AuditWrite:
    return AuditWrite(
        at=str(entry["at"]),
        user=str(entry.get("user", "")),
        verb=str(entry.get("verb", "")),
        resource=str(entry.get("resource", "")),
        namespace=str(entry.get("namespace", "")),
        name=str(entry.get("name", "")),
        subresource=str(entry.get("subresource", "")),
        code=int(entry.get("code", 0)),
        agent=str(entry.get("agent", "")),
        changed=tuple(str(place) for place in entry.get("changed", ())),
        dry_run=bool(entry.get("dry_run")),
    )


def _is_write(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("write"), dict) and bool(record["write"])
