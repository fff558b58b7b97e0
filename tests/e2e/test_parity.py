"""The embedded sandbox's node says of pods what a real one says."""

from __future__ import annotations

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.engine

_LIMIT_S = 1200


def test_no_new_difference(podman: Product) -> None:
    """Every situation comes about on both nodes, and where they differ it is known why."""
    found = podman.json("parity", limit_s=_LIMIT_S)
    assert len(found["situations"]) >= 60
    assert [one for one in found["differences"] if not one["why"]] == []
    assert all(
        "never reached" not in r for node in found["records"].values() for r in node.values()
    )
    assert podman.leftovers() == []
