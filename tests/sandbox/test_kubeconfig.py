"""A kubeconfig is read, never obeyed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.model.errors import Code, GraderError
from grader.sandbox.api import KubeApi
from grader.sandbox.kubeconfig import read_kubeconfig

CLUSTER = {"server": "https://127.0.0.1:6443", "certificate-authority-data": "eA=="}
USER = {"client-certificate-data": "eA==", "client-key-data": "eA=="}


def written(folder: Path, cluster: dict[str, Any], user: dict[str, Any]) -> Path:
    """A kubeconfig in a folder."""
    path = folder / "kubeconfig"
    document = {
        "clusters": [{"name": "x", "cluster": cluster}],
        "users": [{"name": "x", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "current-context": "x",
    }
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def test_addresses_and_credentials_are_read(tmp_path: Path) -> None:
    """What kind writes, with certificates in it, is used as it is."""
    assert read_kubeconfig(written(tmp_path, CLUSTER, USER))["current-context"] == "x"


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({}, {"exec": {"command": "touch", "args": ["/tmp/ran"]}}),
        ({}, {"auth-provider": {"name": "gcp", "config": {"cmd-path": "/bin/sh"}}}),
        ({}, {"tokenFile": "/etc/passwd"}),
        ({}, {"password": "x"}),
        ({"proxy-url": "http://example.com"}, {}),
        ({"insecure-skip-tls-verify": True}, {}),
    ],
    ids=["exec", "auth-provider", "tokenFile", "password", "proxy", "insecure"],
)
def test_what_a_client_would_act_on_is_refused(
    tmp_path: Path, cluster: dict[str, Any], user: dict[str, Any]
) -> None:
    """A program to run, a file to read, a proxy or a missing check is refused, also by the API itself."""
    marker = tmp_path / "ran"
    if "exec" in user:
        user = {"exec": {**user["exec"], "args": [str(marker)], "apiVersion": "x/v1"}}
    path = written(tmp_path, {**CLUSTER, **cluster}, {**USER, **user})
    for use in (read_kubeconfig, KubeApi):
        with pytest.raises(GraderError) as raised:
            use(path)
        assert raised.value.code is Code.SANDBOX_BROKEN
        assert next(iter({**cluster, **user})) in raised.value.what
    assert not marker.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "clusters: x",
        "clusters: [x]",
        "users: []",
        "a: !!python/object:x {}",
        "a: [" * 9000,
    ],
    ids=["empty", "list", "text", "texts", "no clusters", "tag", "deep"],
)
def test_what_is_no_kubeconfig_is_refused(tmp_path: Path, text: str) -> None:
    """Anything else is an error with its place, never a crash."""
    path = tmp_path / "kubeconfig"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GraderError) as raised:
        read_kubeconfig(path)
    assert raised.value.where == str(path)


def test_huge_files_are_not_read_to_their_end(tmp_path: Path) -> None:
    """A file larger than any kubeconfig is refused before it is understood."""
    path = tmp_path / "kubeconfig"
    path.write_text("# x\n" * 100_000, encoding="utf-8")
    with pytest.raises(GraderError, match="more than 200000 bytes"):
        read_kubeconfig(path)
