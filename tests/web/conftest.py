"""A real browser that reads our pages."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.debian_packages import NotInstalledError, install

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# It reaches for its maker's hosts at every start unless told not to.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def _program() -> str:
    """The machine's Chromium, installed now where there is none."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    try:
        install("chromium", say=lambda line: sys.stderr.write(f"{line}\n"))
    except NotInstalledError as missing:
        # A person may do without; the continuous integration reads the pages.
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    return shutil.which(_NAMES[0]) or pytest.fail("the package chromium has no chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    # Its own sandbox needs a user who is not root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_program(), args=[*_QUIET, *sandbox], timeout=120_000
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a browser that has seen none before and reaches nothing but files."""
    context = browser.new_context(offline=True)
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def pages_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages lie."""
    return tmp_path_factory.mktemp("pages")
