"""The environment is read whole while pytest, in another thread, sets variables and takes them away."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox.environment import own_environment, read_environment
from grader.sandbox.process import Commands

from .api_server import ApiServer

_TIMES = 3000


@pytest.fixture
def restless() -> Iterator[None]:
    """As restless as many runs of pytest, at whose every step any other thread may go on."""
    over = threading.Event()

    def change() -> None:
        while not over.is_set():
            os.environ["PYTEST_OF_ANOTHER_THREAD"] = "here"
            os.environ.pop("PYTEST_OF_ANOTHER_THREAD")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=change)
    thread.start()
    yield
    over.set()
    thread.join()
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_a_copy_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays is in every copy."""
    monkeypatch.setenv("GRADER_STAYS", "yes")
    assert all(own_environment()["GRADER_STAYS"] == "yes" for _ in range(_TIMES))


@pytest.mark.usefixtures("restless")
def test_programs_are_started(api_server: ApiServer, tmp_path: Path) -> None:
    """And clusters are spoken to, whose client looks for a proxy there."""
    for _ in range(20):
        assert Commands().run(["true"]) is not None
    for _ in range(200):
        api_server.api(tmp_path)


def test_it_is_read_again_only_where_pytest_took_something_away() -> None:
    """Any other name that is not there is a mistake of ours."""
    steps = iter(["PYTEST_CURRENT_TEST", "PYTEST_VERSION", ""])

    def read() -> str:
        if name := next(steps):
            raise KeyError(name)
        return "read"

    assert read_environment(read) == "read"
    with pytest.raises(KeyError, match="HOME"):
        read_environment(lambda: dict[str, str]()["HOME"])
