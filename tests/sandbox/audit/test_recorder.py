"""The recorder takes the log over, line by line, and whatever keeps it from that can be seen afterwards."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from signal import SIGKILL

import pytest

from grader.model.text import Language
from grader.sandbox.audit import chain, recorder
from grader.sandbox.audit.chain import Link, read_chain
from grader.sandbox.audit.extract import read_extract
from grader.sandbox.audit.places import AuditPlaces
from grader.sandbox.audit.watch import DEAD, recorders, remains_of, start_recorder
from grader.sandbox.protocol import ResourceList
from grader.sandbox.waiting import wait_until

from .log import ADMIN, BEGAN, chain_of, event, findings, laid_out, recorded, recording, write


@pytest.fixture
def places(tmp_path: Path) -> AuditPlaces:
    """Those of an attempt that begins."""
    return laid_out(tmp_path)


def test_what_is_logged_is_chained(places: AuditPlaces) -> None:
    """Every request is in the chain in its order, the extract tells who did what, and nothing is missing."""
    with recording(places):
        write(places, event(1), event(2, verb="delete", requestObject=None))
        recorded(places, '"write"', times=2)
        extract = read_extract(places, since=BEGAN, own=frozenset({ADMIN}), running=True)
    first, second = extract.writes
    assert (first.user, first.agent) == ("candidate", "kubectl")
    assert first.what == "patch deployments.apps payment"
    assert (first.changed, first.code, first.done) == (("spec.replicas=1",), 200, True)
    assert (second.verb, second.at) == ("delete", "2026-11-25T15:00:02.123456Z")
    assert extract.findings == ()
    assert extract.head.startswith("sha256:")


def test_it_leaves_nothing_behind(places: AuditPlaces) -> None:
    """Told to end it records the end; with its folder gone it ends by itself."""
    with recording(places):
        pass
    assert read_chain(chain_of(places)).records[-1]["kind"] == "end"
    start_recorder(places)
    assert wait_until(lambda: chain_of(places).count(b'"begin"') == 2, timeout_s=20)
    places.chain.unlink()
    assert wait_until(lambda: recorders(places) == [], timeout_s=20)


def test_a_second_one_does_not_start(places: AuditPlaces) -> None:
    """Two recorders never write to one chain."""
    with recording(places):
        start_recorder(places)
        assert len(recorders(places)) == 1
        assert recorder.main(str(places.source_log), str(places.chain)) == 1
        assert chain_of(places).count(b'"begin"') == 1


def test_its_death_is_seen_and_nothing_is_lost(places: AuditPlaces) -> None:
    """A killed recorder is named; the next one goes on where it was, and the break is a finding."""
    with recording(places):
        write(places, event(1))
        recorded(places, "id-1")
        (one,) = recorders(places)
        assert remains_of(places, ResourceList(("node",))).notes == ()
        os.kill(one.pid, SIGKILL)
        assert wait_until(lambda: recorders(places) == [], timeout_s=20)
        there = remains_of(places, ResourceList(("node",)))
        assert (there.notes, there.not_running) == ((DEAD,), ())
        write(places, event(2))
        assert findings(places, running=False) == ["not-running"]
        start_recorder(places)
        recorded(places, "id-2")
        assert findings(places) == ["restarted"]
        extract = read_extract(places, since=BEGAN, own=frozenset(), running=True)
        assert [w.changed for w in extract.writes] == [("spec.replicas=1",), ("spec.replicas=2",)]


def test_the_last_moment_is_read_from_the_log(places: AuditPlaces) -> None:
    """What the recorder has not come to yet is in the extract all the same."""
    with recording(places):
        write(places, event(1))
        recorded(places, "id-1")
    write(places, event(2))
    extract = read_extract(places, since=BEGAN, own=frozenset(), running=True)
    assert len(extract.writes) == 2


def test_a_rotated_log_is_followed(places: AuditPlaces) -> None:
    """The API server begins a new file when the log is large: nothing is lost, nothing is a finding."""
    with recording(places):
        write(places, event(1))
        recorded(places, "id-1")
        write(places, event(2))
        places.source_log.rename(places.source / "audit-2026-11-25.log")
        write(places, event(3))
        recorded(places, "id-3")
        assert findings(places) == []
        assert chain_of(places).count(b'"write":{') == 3


def test_a_log_cut_short_is_a_finding(places: AuditPlaces) -> None:
    """What was recorded stays, and that the log was cut is told."""
    with recording(places):
        write(places, event(1), event(2))
        recorded(places, "id-2")
        os.truncate(places.source_log, 0)
        recorded(places, '"truncated"')
        assert findings(places) == ["truncated"]
        extract = read_extract(places, since=BEGAN, own=frozenset(), running=True)
        assert len(extract.writes) == 2


def test_a_log_put_in_place_of_another_is_a_finding(places: AuditPlaces) -> None:
    """Another file of the same name is not the log that was recorded."""
    with recording(places):
        write(places, event(1))
        recorded(places, "id-1")
        places.source_log.unlink()
        write(places, event(2))
        recorded(places, "id-2")
        assert findings(places) == ["replaced"]


def test_a_line_that_is_no_event_is_a_finding(places: AuditPlaces) -> None:
    """It is chained by its digest, and those after it are recorded."""
    with recording(places):
        with places.source_log.open("ab") as log:
            log.write(b"\xff{not json\n[1]\n")
        write(places, event(3))
        recorded(places, "id-3")
        assert findings(places) == ["unreadable", "unreadable"]


def test_a_broken_chain_is_kept_aside(places: AuditPlaces) -> None:
    """A recorder that finds a chain altered begins a new one, keeps the old one, and says so."""
    with recording(places):
        write(places, event(1))
        recorded(places, "id-1")
    altered = chain_of(places).replace(b"spec.replicas=1", b"spec.replicas=7")
    places.chain.write_bytes(altered)
    with recording(places):
        recorded(places, '"chain-broken"')
        assert "chain-broken" in findings(places)
    assert Path(f"{places.chain}.broken").read_bytes() == altered


def test_it_beats_where_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silence can only be a recorder that was not at work."""
    monkeypatch.setattr(recorder, "BEAT_S", 0.0)
    monkeypatch.setattr("signal.sigtimedwait", _after(3))
    monkeypatch.setattr("signal.pthread_sigmask", lambda *_: None)
    made = tmp_path / "chain.jsonl"
    assert recorder.main(str(tmp_path / "nothing.log"), str(made)) == 0
    kinds = [json.loads(line)["kind"] for line in made.read_text("utf-8").splitlines()]
    assert kinds == ["begin", "beat", "beat", "beat", "end"]


def _after(looks: int) -> object:
    left = iter([None] * (looks - 1))
    return lambda *_: next(left, object())


def _chain(*records: tuple[str, float], boot: str) -> bytes:
    link, lines = Link(), b""
    for kind, mono in records:
        line = json.loads(link.forge(kind, boot=boot, ino=0, off=0))
        # Forged anew with a time of its own, linked to what was forged before it.
        text = json.dumps({**line, "mono": mono}, separators=(",", ":")).encode()
        link.digest = hashlib.sha256(text).hexdigest()
        lines += text + b"\n"
    return lines


def test_a_silence_is_a_finding(places: AuditPlaces, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records more than three beats apart are a gap, in the middle and up to the end."""
    places.chain.write_bytes(
        _chain(("begin", 10), ("beat", 15), ("beat", 31), ("beat", 36), boot=chain.boot_id())
    )
    clock = iter([37.0, 60.0, 60.0])
    monkeypatch.setattr("grader.sandbox.audit.extract.time.monotonic", lambda: next(clock))
    assert findings(places) == ["gap"]
    assert findings(places) == ["gap", "gap"]
    extract = read_extract(places, since=BEGAN, own=frozenset(), running=True)
    assert [found.detail for found in extract.findings] == [
        "nothing was recorded for 16.0 s",
        "nothing was recorded for 24.0 s, up to the end",
    ]
    assert [found.detail_in(Language.FRENCH) for found in extract.findings] == [
        "rien n’a été relevé pendant 16,0 s",  # noqa: RUF001 - as French has it
        "rien n’a été relevé pendant 24,0 s, jusqu’à la fin",  # noqa: RUF001 - as above
    ]


def test_without_a_chain_there_is_no_log(places: AuditPlaces) -> None:
    """An attempt from before there was a recorder, or whose recorder never ran, says so."""
    assert findings(places, running=False) == ["absent"]


@pytest.mark.parametrize(
    ("alter", "kind"),
    [
        (lambda lines: [lines[0], *lines[2:]], "chain-broken"),
        (lambda lines: [lines[0], lines[1].replace(b"id-1", b"id-9"), *lines[2:]], "chain-broken"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "chain-broken"),
        (lambda lines: [lines[0], b"{}", *lines[1:]], "chain-broken"),
        (lambda lines: [lines[0], b"nonsense", *lines[1:]], "chain-broken"),
        (lambda lines: lines[:-2], None),
    ],
    ids=["taken out", "altered", "swapped", "put in", "nonsense", "cut off"],
)
def test_no_record_is_taken_out_or_altered_unseen(
    places: AuditPlaces, alter: object, kind: str | None
) -> None:
    """The chain says so itself; one that ends too early is told by the log that goes on."""
    assert callable(alter)
    with recording(places):
        write(places, event(1), event(2))
        recorded(places, "id-2")
    lines = chain_of(places).splitlines()
    places.chain.write_bytes(b"".join(line + b"\n" for line in alter(lines)))
    found = findings(places)
    assert (kind in found) if kind else found == []
    extract = read_extract(places, since=BEGAN, own=frozenset(), running=True)
    if not kind:
        assert len(extract.writes) == 2


def test_a_line_of_the_log_that_the_chain_lacks_is_a_finding(places: AuditPlaces) -> None:
    """A log that was written to behind the recorder's back does not fit the chain; the request is named."""
    with recording(places):
        write(places, event(1), event(2))
        recorded(places, "id-2")
        content = places.source_log.read_bytes()
        places.source_log.write_bytes(content.replace(b"id-1", b"id-8"))
        extract = read_extract(places, since=BEGAN, own=frozenset(), running=True)
    (found,) = extract.findings
    assert found.kind == "missing"
    assert "id-8" in found.detail
    assert "id-8" in found.detail_fr
