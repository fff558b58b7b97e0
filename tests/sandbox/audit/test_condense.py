"""Of an event is kept who did what to which object, and nothing secret, endless or unprintable."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.audit.condense import condensed
from grader.sandbox.audit.policy import arguments, policy

from .log import event


def _changed(sent: Any, **other: Any) -> list[str]:
    found: list[str] = condensed(event(1, requestObject=sent, **other)).get("changed", [])
    return found


@pytest.mark.parametrize(
    ("sent", "places"),
    [
        ({"spec": {"replicas": 3}}, ["spec.replicas=3"]),
        ({"spec": {"paused": None, "x": True}}, ["spec.paused=null", "spec.x=true"]),
        (
            {
                "spec": {
                    "containers": [
                        {"name": "web", "image": "a:1", "env": [{"name": "P", "value": "s"}]}
                    ]
                }
            },
            ["spec.containers[web].image=a:1", "spec.containers[web].env[P].value"],
        ),
        ([{"op": "replace", "path": "/spec/replicas", "value": 0}], ["spec.replicas=0"]),
        ([{"op": "add", "path": "/metadata/labels/a~1b", "value": "v"}], ["metadata.labels.a/b"]),
        (
            {
                "metadata": {
                    "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
                }
            },
            [],
        ),
        ({"spec": {"$setElementOrder/containers": [{"name": "web"}]}}, []),
        ({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 3}}, []),
        (None, []),
        ("text", []),
    ],
)
def test_a_patch_tells_its_places(sent: Any, places: list[str]) -> None:
    """Places down to the leaves; values only where they are numbers, switches or images."""
    assert _changed(sent) == places


def test_a_long_patch_is_cut() -> None:
    """A dozen places, and that there were more."""
    found = _changed({"spec": {f"f{number}": number for number in range(40)}})
    assert (len(found), found[-1]) == (13, "…")


@pytest.mark.parametrize("resource", ["secrets", "configmaps"])
def test_no_secret_is_taken_over(resource: str) -> None:
    """Even where the log held what was sent, the chain does not."""
    about = {"resource": resource, "namespace": "n", "name": "s"}
    kept = condensed(event(1, objectRef=about, requestObject={"data": {"password": 777888999}}))
    assert "777888999" not in json.dumps(kept)
    assert kept["name"] == "s"


def test_hostile_names_are_harmless() -> None:
    """Control characters, endless names and odd types come out short and printable."""
    about = {"resource": "pods\x1b[2J", "namespace": ["x"], "name": "\u202e" + "n" * 5000}
    kept = condensed(event(1, objectRef=about, user={"username": "a\nb"}, responseStatus="no"))
    assert all(text.isprintable() for text in kept.values() if isinstance(text, str))
    assert len(kept["name"]) < 260
    assert "code" not in kept or kept["code"] == 0


def test_who_acts_as_another_is_named_with_both() -> None:
    """A candidate who takes on a service account stays the one who did it."""
    kept = condensed(event(1, impersonatedUser={"username": "system:serviceaccount:n:s"}))
    assert kept["user"] == "candidate as system:serviceaccount:n:s"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=20,
    )
)
def test_whatever_is_logged_is_condensed(thing: Any) -> None:
    """No event, however odd, keeps the recorder from its work, and what is kept is small."""
    for odd in (
        {"objectRef": thing, "user": thing, "responseStatus": thing, "userAgent": thing},
        {"verb": "patch", "requestObject": thing, "requestURI": thing, "auditID": thing},
    ):
        assert len(json.dumps(condensed(odd))) < 20_000


def _level(verb: str, resource: str, user: str = "candidate", group: str = "") -> str:
    """What the policy logs of a request, as the API server decides it: the first rule that fits."""
    account = user.split(":")
    groups = {"system:authenticated"}
    if account[:2] == ["system", "serviceaccount"]:
        groups |= {"system:serviceaccounts", f"system:serviceaccounts:{account[2]}"}
    for rule in yaml.safe_load(policy("candidate"))["rules"]:
        kinds = [one for one in rule.get("resources", []) if one.get("group", "") == group]
        if (
            user in rule.get("users", [user])
            and groups & set(rule.get("userGroups", groups))
            and verb in rule.get("verbs", [verb])
            and (
                "resources" not in rule
                or any(resource in k.get("resources", [resource]) for k in kinds)
            )
            and "nonResourceURLs" not in rule
        ):
            return str(rule["level"])
    return "None"


@pytest.mark.parametrize(
    ("request_", "level"),
    [
        (("patch", "deployments", "candidate", "apps"), "Request"),
        (("create", "secrets"), "Metadata"),
        (("patch", "configmaps"), "Metadata"),
        (("create", "serviceaccounts/token"), "Metadata"),
        (("get", "pods"), "None"),
        (("list", "secrets"), "None"),
        (("get", "pods/exec"), "Metadata"),
        (("create", "pods/portforward"), "Metadata"),
        (("get", "services/proxy", "kubernetes-admin"), "None"),
        (
            ("patch", "deployments", "system:serviceaccount:pivori-production:default", "apps"),
            "Request",
        ),
        (("patch", "deployments", "system:serviceaccount:kube-system:x", "apps"), "None"),
        (("update", "leases", "candidate", "coordination.k8s.io"), "None"),
        (("patch", "deployments", "kubernetes-admin", "apps"), "Metadata"),
        (("update", "pods", "system:kube-scheduler"), "None"),
    ],
)
def test_the_policy_logs_writes_and_no_secret(request_: tuple[str, ...], level: str) -> None:
    """Writes with what a candidate sent, but for what may be secret; no reads but commands; no noise."""
    assert _level(*request_) == level


def test_a_log_has_bounds() -> None:
    """A candidate can't fill the disk through the audit log."""
    given = arguments("/somewhere")
    assert int(given["audit-log-maxsize"]) * (int(given["audit-log-maxbackup"]) + 1) <= 300
    assert given["audit-log-truncate-enabled"] == "true"
