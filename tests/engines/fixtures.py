"""The Docker engine of a test session; a conftest imports the fixture to offer it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.engines.docker_tree import DockerTree

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerTree]:
    """A running Docker engine: `.host` for DOCKER_HOST, `.environment()` for a child process.

    One that was up before is used as it is and left running, so that its images are there next time.
    """
    if os.geteuid() != 0:
        pytest.skip("an engine can be started by root only")
    engine = DockerTree()
    started = engine.up()
    yield engine
    if started:
        engine.down()
