"""Which kinds a cluster has: each in its preferred version, once.

An API server of the last years tells all of it in two answers; an older one wants to be asked for each group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
"""The `Accept` that asks for all groups in one answer; who does not know it gives the plain answer."""
_PLAIN = "application/json"

Get = Callable[[str, str], Any]
"""Asks for the JSON at a path with an `Accept`."""


@dataclass(frozen=True)
class Listable:
    """A kind of which all objects can be listed.

    Attributes:
        version: Its apiVersion, such as "apps/v1".
        kind: Its name, such as "Deployment".
        path: Where its objects are listed.
    """

    version: str
    kind: str
    path: str


def listable(get: Get) -> list[Listable]:
    """Every kind that can be listed. Raises what `get` raises."""
    found: list[Listable] = []
    for root in ("/api", "/apis"):
        document = get(root, AGGREGATED)
        if document.get("kind") != "APIGroupDiscoveryList":
            found += _asked_for_each(root, document, get)
        elif _is_complete(document):
            found += _told_at_once(document)
        else:
            found += _asked_for_each(root, get(root, _PLAIN), get)
    return found


def _is_complete(document: Mapping[str, Any]) -> bool:
    """Whether no group's answer is an old one: what a server behind it has could be missing there."""
    versions = (version for group in document["items"] for version in group["versions"])
    return all(version.get("freshness", "Current") == "Current" for version in versions)


def _told_at_once(document: Mapping[str, Any]) -> Iterator[Listable]:
    for group in document["items"]:
        if not group["versions"]:
            continue
        # The first is the preferred one.
        version = group["versions"][0]
        name = group["metadata"].get("name", "")
        full = f"{name}/{version['version']}" if name else version["version"]
        for resource in version.get("resources") or ():
            if "list" in resource["verbs"]:
                yield _listable(full, resource["responseKind"]["kind"], resource["resource"])


def _asked_for_each(root: str, document: Mapping[str, Any], get: Get) -> Iterator[Listable]:
    if root == "/api":
        versions = document["versions"][:1]
    else:
        versions = [group["preferredVersion"]["groupVersion"] for group in document["groups"]]
    for version in versions:
        for resource in get(f"{root}/{version}", _PLAIN)["resources"]:
            if "/" not in resource["name"] and "list" in resource["verbs"]:
                yield _listable(version, resource["kind"], resource["name"])


def _listable(version: str, kind: str, resource: str) -> Listable:
    root = "/apis" if "/" in version else "/api"
    return Listable(version, kind, f"{root}/{version}/{resource}")
