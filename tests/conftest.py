"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong: how long an example takes says nothing about what is tested.
settings.register_profile("grader", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("grader")

_LONG = "tests/judging/proof/"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest: at the end one worker would be at them while the others have nothing left."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))
