"""A workstation's small disk, on a real sandbox: it is small, it fills, and it is what the candidate and the grader see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.exam.attempts.starting_point import load_starting_point
from tests.e2e.product import Product

pytestmark = pytest.mark.engine

_MIB = 1 << 20
_DF = "df --block-size=1M --output=source,size,pcent /backups /var/log /archives | tail -n 3"


@pytest.fixture(scope="module")
def attempt(podman: Product) -> Iterator[str]:
    """A ready attempt at a scenario with a disk of 24 MiB, which is almost full."""
    made: str = podman.json("start", "disk-full", "--seed", "4")["attempt"]["id"]
    yield made
    podman.run("stop", made)


def test_both_folders_are_on_one_small_disk(podman: Product, attempt: str) -> None:
    """Backups and logs are on the same disk of that size, archives are not; the grader sees it as `df` does."""
    backups, logs, archives = podman.workstation(attempt, _DF).splitlines()[:3]
    assert backups.split() == logs.split() == ["studio-disk", "24", "97%"]
    assert "studio-disk" not in archives
    (seen,) = load_starting_point(podman.home / "attempts" / attempt).found.disks.values()
    assert seen is not None
    assert (seen.size, -(-100 * seen.used // (seen.used + seen.free))) == (24 * _MIB, 97)


def test_it_fills_and_keeps_times(podman: Product, attempt: str) -> None:
    """What does not fit is refused; a file keeps the time that it is given; the candidate can't take the disk off."""
    said = podman.workstation(
        attempt,
        "cp /backups/*.zip /var/log/; touch -d '40 days ago' /backups/x; find /backups -name x -mtime +39; "
        "umount /backups; mount -t tmpfs none /backups",
    )
    assert "No space left on device" in said
    assert "/backups/x\n" in said
    assert said.count("must be superuser") == 2
    assert podman.workstation(attempt, _DF).splitlines()[0].split()[2] == "100%"


def test_a_reset_gives_a_new_one(podman: Product, attempt: str) -> None:
    """After a reset the disk is as full as at the start, and what was written is not on it."""
    podman.json("reset", attempt)
    assert podman.workstation(attempt, _DF).splitlines()[0].split() == ["studio-disk", "24", "97%"]
    assert "exit=1" in podman.workstation(attempt, "test -e /backups/x")
