"""What is taken out of the cluster's objects before they are judged, look after look."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from grader.judging.recorded.redact import SECRET, Redaction
from grader.model.observation import KubeObject

Objects = Mapping[str, Sequence[KubeObject]]
_PASSWORD = "s3cret-" + "x" * 20
_CONFIG = "v1/ConfigMap"


def _secret(name: str, value: str = _PASSWORD) -> KubeObject:
    data = {"password": base64.b64encode(value.encode()).decode()}
    return {"kind": "Secret", "metadata": {"name": name, "managedFields": []}, "data": data}


def _config(name: str, value: str) -> KubeObject:
    return {
        "kind": "ConfigMap",
        "metadata": {"name": name, "managedFields": []},
        "data": {"a": value},
    }


def _cluster(uid: str, **objects: Sequence[KubeObject]) -> Objects:
    space = {"kind": "Namespace", "metadata": {"name": "kube-system", "uid": uid}}
    return {"v1/Namespace": [space], SECRET: objects["secrets"], _CONFIG: objects["configs"]}


def test_secrets_do_not_show() -> None:
    """No value of a Secret is left, and equal ones can still be told from others."""
    secrets = [_secret("one"), _secret("two"), _secret("other", "another")]
    seen = Redaction().without_secrets(_cluster("a", secrets=secrets, configs=[_config("c", "b")]))
    one, two, other = (found["data"]["password"] for found in seen[SECRET])
    assert one == two != other
    assert base64.b64encode(_PASSWORD.encode()).decode() not in str(seen)
    assert _PASSWORD not in str(seen)
    assert seen[_CONFIG][0]["data"] == {"a": "b"}
    assert "managedFields" not in str(seen)


def test_what_did_not_change_is_taken_from_the_look_before() -> None:
    """The very same object is not looked at again; one that was read again is, whatever is in it."""
    redaction, kept, config = Redaction(), _secret("kept"), _config("c", "1")
    first = redaction.without_secrets(_cluster("a", secrets=[kept], configs=[config]))
    changed, new = _config("c", "2"), _secret("new")
    again = redaction.without_secrets(_cluster("a", secrets=[new, kept], configs=[changed]))
    assert again[SECRET][1] is first[SECRET][0]
    assert again[SECRET][0]["metadata"]["name"] == "new"
    assert again[SECRET][0]["data"] == first[SECRET][0]["data"]
    assert again[_CONFIG][0]["data"] == {"a": "2"}


def test_another_cluster_has_other_hashes() -> None:
    """Hashes of two clusters are not to be compared, also where the objects are the same."""
    redaction, secret = Redaction(), _secret("one")
    looks = [
        redaction.without_secrets(_cluster(uid, secrets=[secret], configs=[])) for uid in "aba"
    ]
    one, other, again = (look[SECRET][0]["data"]["password"] for look in looks)
    assert one == again != other


def test_nothing_is_mistaken_for_what_is_gone() -> None:
    """Objects that come and go by the hundred are what a first look would make of them."""
    redaction = Redaction()
    for number in range(200):
        made: dict[str, Any] = {
            "secrets": [_secret(f"s{number}-{i}", f"{number}{i}") for i in range(3)],
            "configs": [_config(f"c{number}-{i}", f"{number}{i}") for i in range(number % 5)],
        }
        objects = _cluster("a", **made)
        assert redaction.without_secrets(objects) == Redaction().without_secrets(objects)
        # Others take their places in memory.
        del objects, made
