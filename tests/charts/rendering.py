"""What helm makes of a chart."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = "pivori-production"
Objects = dict[str, dict[str, Any]]


class Rendering:
    """Renders charts, each only once."""

    def __init__(self, helm: Callable[..., str]) -> None:
        """Render with that helm, which returns what it prints."""
        self.helm = helm
        self._known: dict[tuple[str, ...], Objects] = {}

    def objects(self, service: str, values: str = "default", *options: str) -> Objects:
        """Return the objects of a release by kind; no chart has two of a kind."""
        key = (service, values, *options)
        if key not in self._known:
            text = self.helm("template", *self.arguments(service, values), *options)
            documents = [found for found in yaml.safe_load_all(text) if found]
            self._known[key] = {found["kind"]: found for found in documents}
            assert len(self._known[key]) == len(documents)
        return self._known[key]

    @staticmethod
    def arguments(service: str, values: str) -> list[str]:
        """Return release name, chart, namespace and values as the runbook has them."""
        production = ["-f", f"{service}/values-production.yaml"]
        extra = production if values == "production" else []
        return [service, f"./{service}", "-n", NAMESPACE, *extra]


def pod(objects: Objects) -> dict[str, Any]:
    """Return the pod's specification."""
    spec: dict[str, Any] = objects["Deployment"]["spec"]["template"]["spec"]
    return spec


def container(objects: Objects) -> dict[str, Any]:
    """Return the only container."""
    (only,) = pod(objects)["containers"]
    assert isinstance(only, dict)
    return only


def environment(objects: Objects) -> dict[str, str]:
    """Return what the container's envFrom gives it."""
    given: dict[str, str] = {}
    for source in container(objects)["envFrom"]:
        if "configMapRef" in source:
            assert source["configMapRef"]["name"] == objects["ConfigMap"]["metadata"]["name"]
            given |= objects["ConfigMap"]["data"]
        else:
            assert source["secretRef"]["name"] == objects["Secret"]["metadata"]["name"]
            encoded = objects["Secret"]["data"]
            given |= {key: base64.b64decode(value).decode() for key, value in encoded.items()}
    assert all(isinstance(value, str) for value in given.values())
    return given
