"""What the tests of the sandbox share: settings, a PATH and a release page of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox.settings import settings
from grader.sandbox.tools import download

from .api_server import ApiServer
from .programs import Programs
from .release_page import ReleasePage


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The grader's cache: empty, and no setting of this machine's is seen."""
    for name in ("ENGINE", "TOOLS", "NODE_IMAGE", "OFFLINE"):
        monkeypatch.delenv(f"GRADER_{name}", raising=False)
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "_unreachable", set())
    settings.cache_clear()
    yield tmp_path / "cache"
    settings.cache_clear()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """A PATH with nothing on it but what the test puts there."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST", "CONTAINERS_CONF"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return Programs(folder)


@pytest.fixture
def release_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReleasePage]:
    """A project's release page on the loopback."""
    monkeypatch.setenv("NO_PROXY", "*")
    with ReleasePage() as page:
        yield page


@pytest.fixture
def api_server() -> Iterator[ApiServer]:
    """An API server on the loopback that knows what the test tells it."""
    with ApiServer() as server:
        yield server
