"""The engines that the product runs on in these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from grader.model.errors import GraderError
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.places import Places
from tests.e2e.bare import Bare, bare_product
from tests.e2e.product import Product, product_on
from tests.engines.fixtures import docker_engine

__all__ = ["docker_engine"]

# Scenarios to start, whose checks are run by the product.
collect_ignore = ["scenarios"]

ENGINES = ("podman", "docker")


@pytest.fixture(scope="session", params=ENGINES)
def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The product on each engine in turn."""
    yield from _product(cast("str", request.param), request, tmp_path_factory)


@pytest.fixture(scope="session")
def podman(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The product on Podman, for what does not depend on the engine."""
    yield from _product("podman", request, tmp_path_factory)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The product where there is neither Docker nor Podman."""
    made = bare_product(tmp_path_factory.mktemp("bare"))
    yield made
    made.run("stop", "--all")


@pytest.fixture(scope="module")
def attempt(bare: Bare) -> Iterator[str]:
    """A ready attempt without an engine that a module's tests share, where the module has none of its own."""
    made: str = bare.json("start", "deploy-service", "--seed", "1")["attempt"]["id"]
    yield made
    bare.run("stop", made)


@pytest.fixture
def api(bare: Bare, attempt: str) -> KubeApi:
    """Its API server, by the grader's credential."""
    return KubeApi(Places(bare.home / "attempts" / attempt).kubeconfig)


def _product(
    name: str, request: pytest.FixtureRequest, factory: pytest.TempPathFactory
) -> Iterator[Product]:
    address: dict[str, str] = {}
    if name == "docker":
        docker = request.getfixturevalue("docker_engine")
        address = {key: docker.environment()[key] for key in ("DOCKER_HOST", "PATH")}
    home = Path(factory.mktemp(f"home-{name}"))
    try:
        made = product_on(home, address, name)
    except GraderError as problem:
        # A person may have one engine only; the continuous integration has both.
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{problem}; hint: {problem.hint}")
    yield made
    made.run("stop", "--all")
