"""Selectors of what a candidate's work may change."""

from __future__ import annotations

from grader.model.scenario import Selector
from grader.model.studio import NAMESPACE


def test_selector_is_exact_but_for_stars() -> None:
    """A selector means exactly its name; only `*` stands for anything, within its namespace."""
    release = Selector("Secret", "sh.helm.release.v1.geolocation.v*")
    assert release.matches("Secret", NAMESPACE, "sh.helm.release.v1.geolocation.v12")
    assert not release.matches("Secret", "default", "sh.helm.release.v1.geolocation.v12")
    assert not release.matches("ConfigMap", NAMESPACE, "sh.helm.release.v1.geolocation.v1")
    plain = Selector("Deployment", "app")
    assert not plain.matches("Deployment", NAMESPACE, "my-app")
    assert not plain.matches("Deployment", NAMESPACE, "app-tuning")


def test_selector_outside_namespaces() -> None:
    """An empty namespace means objects outside any."""
    assert Selector("Node", "node-*", "").matches("Node", "", "node-1")
    assert not Selector("Node", "node-*", "").matches("Node", NAMESPACE, "node-1")
