"""A node image that was not made for the studio serves as well as our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.sandbox.image.build import ensure_image
from grader.sandbox.image.node import node_reference
from grader.sandbox.process import Commands
from tests.e2e.product import GEOLOCATION_SEED, Product, stored_answer

pytestmark = pytest.mark.engine


def test_image_without_the_services(podman: Product) -> None:
    """With a node image as kind's own is, without the studio's services, a solved task gets full points."""
    bare = node_reference(with_stubs=False)
    ensure_image(podman.engine, bare, lambda _note: None, Commands())
    environment = {**podman.environment, "GRADER_NODE_IMAGE": bare}
    product = replace(podman, environment=environment)
    started = product.json("start", "deploy-service", "--seed", GEOLOCATION_SEED)
    attempt = started["attempt"]["id"]
    try:
        assert "stub images" in [phase["name"] for phase in started["phases"]]
        typed = product.workstation(attempt, stored_answer("right-helm-install"))
        assert "exit=0" in typed, typed
        result = product.json("submit", attempt)
        assert result["points"] == 100
        assert bare in result["runs_on"]["image"]
    finally:
        product.run("stop", attempt)
