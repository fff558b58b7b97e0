"""The store behind /data: durable, shared, and never silently replaced."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from tests.services.running_stub import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.services.running_stub import StartStub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that was never used."""
    made = tmp_path / "shared"
    made.mkdir()
    return made


def test_a_record_lives(serve: StartStub) -> None:
    """A record is created, read, replaced, listed and deleted."""
    stub = serve("leaderboard")
    assert stub.ask("/data/marc", "PUT", b'{"score": 10}').status == 201
    assert stub.ask("/data/marc").json == {"score": 10}
    assert stub.ask("/data/marc", "PUT", b'{"score": 12}').status == 200
    listing = stub.ask("/data").json
    assert (listing["count"], listing["records"]["marc"]) == (4, {"score": 12})
    assert stub.ask("/data/marc", "DELETE").status == 204
    assert stub.ask("/data/marc").status == 404
    assert stub.ask("/data/marc", "DELETE").status == 404


@pytest.mark.parametrize("body", [b"", b"[1]", b"1", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 9000])
def test_a_record_is_a_json_object(serve: StartStub, body: bytes) -> None:
    """Anything else is a 400 and changes nothing."""
    stub = serve("leaderboard")
    assert stub.ask("/data/marc", "PUT", body).status == 400
    assert stub.ask("/data").json["count"] == 3


@pytest.mark.parametrize("key", ["", ".hidden", "a/b", "a%2Fb", "x" * 65, "..", "a~"])
def test_keys_are_plain(serve: StartStub, key: str) -> None:
    """A key of other characters is a 400."""
    assert serve("leaderboard").ask(f"/data/{key}", "PUT", b"{}").status == 400


def test_records_survive_a_restart(serve: StartStub, folder: Path) -> None:
    """What was written is there after the process was killed, and the samples do not come back."""
    first = serve("payment", PIVORI_DATA_DIR=str(folder))
    assert first.ask("/data/tx-1", "PUT", '{"note": "é"}'.encode()).status == 201
    assert first.ask("/data/tx-70001", "DELETE").status == 204
    first.kill()
    records = serve("payment", PIVORI_DATA_DIR=str(folder)).ask("/data").json["records"]
    assert set(records) == {"tx-1", "tx-70002", "tx-70003"}
    assert records["tx-1"] == {"note": "é"}


def test_two_replicas_share_a_folder(serve: StartStub, folder: Path) -> None:
    """Two processes that write at the same time lose no record of each other."""
    replicas = [serve("geolocation", PIVORI_DATA_DIR=str(folder)) for _ in range(2)]

    def write(number: int) -> None:
        for count in range(20):
            replicas[number].ask(f"/data/r{number}-{count}", "PUT", b"{}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for replica in replicas:
        assert replica.ask("/data").json["count"] == 3 + 40
    assert {file.name for file in folder.iterdir()} == {"store.json", ".seeded"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "damaged"),
        (b'{"format": 1, "service": "payment", "rec', "damaged"),
        (b"\xff\xff", "damaged"),
        (b"[]", "damaged"),
        (b'{"format": 2, "service": "payment", "records": {}}', "format 1"),
        (b'{"format": 1, "service": "payment", "records": {"a": 1}}', "not objects"),
        (b'{"format": 1, "service": "audio", "records": {}}', "belongs to 'audio'"),
    ],
)
def test_a_damaged_store(serve: StartStub, folder: Path, content: bytes, complaint: str) -> None:
    """Damage makes /ready fail and /data answer 500, both with the cause; /health stays fine."""
    stub = serve("payment", PIVORI_DATA_DIR=str(folder))
    (folder / "store.json").write_bytes(content)
    ready, listing = stub.ask("/ready"), stub.ask("/data")
    assert ready.status == 503
    assert complaint in ready.json["checks"]["data"]
    assert listing.status == 500
    assert complaint in listing.json["message"]
    assert stub.ask("/data/x", "PUT", b"{}").status == 500
    assert stub.ask("/health").status == 200
    assert (folder / "store.json").read_bytes() == content


@pytest.mark.parametrize("restarted", [False, True])
def test_a_lost_store_is_not_replaced_by_samples(
    serve: StartStub, folder: Path, *, restarted: bool
) -> None:
    """A store that is gone from a seeded folder is reported, also after a restart."""
    stub = serve("payment", PIVORI_DATA_DIR=str(folder))
    (folder / "store.json").unlink()
    if restarted:
        stub.kill()
        stub = serve("payment", PIVORI_DATA_DIR=str(folder))
    assert "missing" in stub.ask("/ready").json["checks"]["data"]
    assert stub.ask("/data").status == 500
    assert not (folder / "store.json").exists()


def test_a_folder_emptied_under_the_service(serve: StartStub, folder: Path) -> None:
    """A running service does not take an emptied folder for a new one."""
    stub = serve("payment", PIVORI_DATA_DIR=str(folder))
    for file in folder.iterdir():
        file.unlink()
    assert stub.ask("/ready").status == 503
    assert list(folder.iterdir()) == []


def test_a_restored_store_is_used_at_once(serve: StartStub, folder: Path) -> None:
    """Putting the file back makes the service ready again, without a restart; the log says so."""
    stub = serve("payment", PIVORI_DATA_DIR=str(folder))
    backup = (folder / "store.json").read_bytes()
    (folder / "store.json").unlink()
    assert stub.ask("/ready").status == 503
    assert stub.ask("/ready").status == 503
    (folder / "store.json").write_bytes(backup)
    assert stub.ask("/ready").status == 200
    assert stub.ask("/data").json["count"] == 3
    told = [line["message"] for line in stub.lines() if "ready" in line["message"]]
    assert [message.partition(":")[0] for message in told] == ["not ready", "ready again"]


def test_a_restored_store_without_its_marker(serve: StartStub, folder: Path) -> None:
    """A store that was put into an empty folder is kept, not seeded over."""
    content = {"format": 1, "service": "payment", "records": {"kept": {"a": 1}}}
    (folder / "store.json").write_text(json.dumps(content), encoding="utf-8")
    assert serve("payment", PIVORI_DATA_DIR=str(folder)).ask("/data").json["records"] == {
        "kept": {"a": 1}
    }


def test_a_folder_that_comes_late(serve: StartStub, tmp_path: Path) -> None:
    """Without its folder the service runs but is not ready; it seeds the folder when it comes."""
    late = tmp_path / "late"
    stub = serve("payment", PIVORI_DATA_DIR=str(late))
    answer = stub.ask("/ready")
    assert answer.status == 503
    assert str(late) in answer.json["checks"]["data"]
    late.mkdir()
    eventually(lambda: stub.ask("/ready").status == 200)
    assert stub.ask("/data").json["count"] == 3


def test_a_store_can_be_full(serve: StartStub, folder: Path) -> None:
    """A thousand records is all; one more is refused, replacing one is not."""
    records: dict[str, object] = {f"r{number}": {} for number in range(1000)}
    content = {"format": 1, "service": "payment", "records": records}
    (folder / "store.json").write_text(json.dumps(content), encoding="utf-8")
    stub = serve("payment", PIVORI_DATA_DIR=str(folder))
    assert stub.ask("/data/more", "PUT", b"{}").status == 409
    assert stub.ask("/data/r1", "PUT", b'{"b": 2}').status == 200
