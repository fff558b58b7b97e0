"""Who may speak to an embedded cluster, and by what."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from grader.sandbox.embedded.addresses import NODE, Ports
from grader.sandbox.embedded.credentials import new_authority, write_credentials
from grader.sandbox.embedded.places import Places

_PORTS = Ports(api=1, node=2)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A sandbox's files, its credentials written."""
    made = Places(tmp_path)
    made.root.mkdir(parents=True)
    write_credentials(made, _PORTS, new_authority())
    return made


def _user(path: Path) -> dict[str, str]:
    document = yaml.safe_load(path.read_text("utf-8"))
    assert document["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:1"
    user: dict[str, str] = document["users"][0]["user"]
    return user


def _known(places: Places) -> dict[str, list[str]]:
    with (places.certificates / "tokens.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1:] for row in csv.reader(file)}


def test_a_program_has_a_token_that_the_api_server_knows(places: Places) -> None:
    """Each program's token names its user and groups, and no others may do what it may."""
    known = _known(places)
    said = {
        name: known[_user(places.certificates / f"{name}.kubeconfig")["token"]]
        for name in ("controllers", "scheduler", "node", "runtime")
    }
    assert len(known) == len(said) == 4
    assert {name: (user, groups) for name, (user, _uid, groups) in said.items()} == {
        "controllers": ("system:kube-controller-manager", "system:masters"),
        "scheduler": ("system:kube-scheduler", ""),
        "node": (f"system:node:{NODE}", "system:nodes"),
        "runtime": ("grader:runtime", "system:masters"),
    }
    # Nobody guesses them.
    assert all(len(token) >= 43 for token in known)


def test_people_have_certificates(places: Places) -> None:
    """The grader's own credential is a certificate, as on kind, and no token."""
    assert set(_user(places.kubeconfig)) == {"client-certificate-data", "client-key-data"}


def test_credentials_are_readable_by_this_user_alone(places: Places) -> None:
    """No key or token lies open, and none is another sandbox's."""
    secret = [path for path in places.certificates.iterdir() if path.suffix not in {".crt", ".pub"}]
    assert {"tokens.csv", "node.kubeconfig", "ca.key"} <= {path.name for path in secret}
    assert all(path.stat().st_mode & 0o077 == 0 for path in secret)
    before = set(_known(places))
    write_credentials(places, _PORTS, new_authority())
    assert not before & set(_known(places))
