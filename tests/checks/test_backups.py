"""Backup archives through a check's eyes: what is whole passes, whatever is wrong fails in words."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from grader.checks import CheckFailed, Cluster, File
from grader.checks.backups import Backup
from tests.judging.world import World, solved_world

Content = dict[str, bytes]
RECORDS = {"order-1": {"n": 1}}
CLUSTER = Cluster(solved_world().observation().objects)


def saved(world: World | None = None) -> Content:
    """What the studio's script saves of one service, without the digests."""
    made = copy.deepcopy(world or solved_world())
    wanted = [
        ("apps/v1/Deployment", "payment"),
        ("v1/Service", "payment"),
        ("v1/ConfigMap", "payment-config"),
        ("v1/Secret", "payment-secret"),
    ]
    store = {"format": 1, "service": "payment", "records": RECORDS}
    return {
        "backup.json": b'{"kind": "complete"}',
        "data/payment/store.json": json.dumps(store).encode(),
        "manifests/payment.json": json.dumps(
            {"items": [made.get(*key) for key in wanted]}
        ).encode(),
    }


def backup(content: Content, *, sums: str | None = None) -> Backup:
    """An archive with these files, and their digests unless others are given."""
    listed = "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in content.items())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, text in {**content, "SHA256SUMS": (sums or listed).encode()}.items():
            made.writestr(name, text)
    whole = stream.getvalue()
    moment = datetime(2025, 11, 8, tzinfo=UTC)
    return Backup(File("/backups/b.zip", len(whole), moment, False, whole, 10**7))


def refused(ask: Callable[[], object]) -> str:
    """Where a check fails that asks this."""
    with pytest.raises(CheckFailed) as failed:
        ask()
    return failed.value.finding.where


def test_whole_archive_passes() -> None:
    """Digests, data, what it says of itself, and manifests as they are live."""
    good = backup(saved())
    good.expect_intact()
    good.expect_manifests(CLUSTER, "payment")
    assert (good.name, good.records("payment"), good.about) == (
        "b.zip",
        RECORDS,
        {"kind": "complete"},
    )
    assert good.read("backup.json") == b'{"kind": "complete"}'


def test_digests_may_be_listed_as_tools_write_them() -> None:
    """`sha256sum *`, `sha256sum -b`, `find . -type f`: with ./ before a name, or a star for binary."""
    content = saved()
    sums = "".join(f"{hashlib.sha256(c).hexdigest()} *./{n}\n" for n, c in content.items())
    backup(content, sums=sums).expect_intact()


@pytest.mark.parametrize(
    "sums", ["nothing of the kind\n", f"{'0' * 64}  backup.json\n", f"{'0' * 64}  not/there\n"]
)
def test_wrong_digests_fail(sums: str) -> None:
    """A file that is not listed, listed with another digest, or listed and not there."""
    assert "SHA256SUMS" in refused(backup(saved(), sums=sums).expect_intact)


@pytest.mark.parametrize(
    "store",
    [
        b"{",
        b"[]",
        b'{"format": 2, "service": "payment", "records": {}}',
        b'{"format": 1, "service": "audio", "records": {}}',
        b'{"format": 1, "service": "payment", "records": []}',
    ],
)
def test_data_that_no_service_could_read_fails(store: bytes) -> None:
    """Cut short, of another format, of another service."""
    bad = backup({**saved(), "data/payment/store.json": store})
    assert "data/payment/store.json" in refused(lambda: bad.records("payment"))


def test_missing_service_fails() -> None:
    """Neither data nor manifests: the archive's finding names what is missing."""
    good = backup(saved())
    assert refused(lambda: good.records("audio"))
    assert refused(lambda: good.expect_manifests(CLUSTER, "audio"))


def image(world: World) -> None:
    """Another version."""
    spec = world.get("apps/v1/Deployment", "payment")["spec"]["template"]["spec"]
    spec["containers"][0]["image"] = "x/payment:1"


def config(world: World) -> None:
    """Another configuration."""
    world.get("v1/ConfigMap", "payment-config")["data"]["LOG_LEVEL"] = "ERROR"


def secret(world: World) -> None:
    """Another secret."""
    data = world.get("v1/Secret", "payment-secret")["data"]
    data.update(dict.fromkeys(data, "b3RoZXI="))


def no_secret(world: World) -> None:
    """Secrets without values, as something that hides them would save."""
    world.get("v1/Secret", "payment-secret")["data"] = {}


def port(world: World) -> None:
    """Another port."""
    world.get("v1/Service", "payment")["spec"]["ports"][0]["port"] = 1


@pytest.mark.parametrize("bend", [image, config, secret, no_secret, port], ids=lambda b: b.__name__)
def test_manifests_of_another_state_fail(bend: Callable[[World], None]) -> None:
    """Each object has to be as it is in the cluster."""
    world = solved_world()
    bend(world)
    bad = backup(saved(world))
    assert "manifests/payment.json" in refused(lambda: bad.expect_manifests(CLUSTER, "payment"))


@pytest.mark.parametrize("manifests", [b"[]", b'{"items": {}}', b'{"items": [1, {"kind": "Pod"}]}'])
def test_manifests_without_the_objects_fail(manifests: bytes) -> None:
    """Whatever stands there instead of a list of objects."""
    bad = backup({**saved(), "manifests/payment.json": manifests})
    assert refused(lambda: bad.expect_manifests(CLUSTER, "payment"))
