"""What the engines' tests are given."""

from tests.engines.fixtures import docker_engine

__all__ = ["docker_engine"]
