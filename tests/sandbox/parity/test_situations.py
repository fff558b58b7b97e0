"""The situations that nodes are compared in: enough of them, and a mistake in one is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from grader.sandbox.parity import situations as module
from grader.sandbox.parity.situations import (
    NAMESPACE,
    shared_objects,
    situations,
    situations_file,
)
from grader.sandbox.services import services

# What a simulated node has to understand: the reasons that each must be among the states waited for.
FAILURES = (
    *("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError"),
    *("back_off", "OOMKilled", "Unschedulable", "FailedMount", "Unhealthy", "Killing"),
    *("FailedPostStartHook", "Failed", "Succeeded", "PodInitializing"),
)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of situations of the test's own."""
    file = tmp_path / "situations.yaml"
    monkeypatch.setattr(module, "situations_file", lambda: file)
    situations.cache_clear()
    yield file
    situations.cache_clear()


def test_there_are_enough() -> None:
    """At least sixty pods, with each failure that a node has to show among them, and healthy ones."""
    assert len(situations()) >= 60
    waited_for = str([dict(one.until) for one in situations()])
    assert [name for name in FAILURES if name not in waited_for] == []
    assert sum(one.until == {"ready": True} for one in situations()) >= 15
    assert sum(one.delete for one in situations()) >= 3


def test_all_is_in_one_namespace() -> None:
    """Pods and what they need lie where nothing of the studio lies, and each pod has its situation's name."""
    for one in situations():
        assert one.objects[-1]["metadata"] == {"name": one.name, "namespace": NAMESPACE}
        assert one.what
    for thing in (*shared_objects(), *(o for one in situations() for o in one.objects)):
        assert thing["metadata"]["namespace"] == NAMESPACE


def test_an_image_is_named_by_its_release() -> None:
    """A release alone is the service's, none is its stable one, and any other name is taken as it stands."""
    service = services()["geolocation"]
    images = {
        one.name: [container["image"] for container in one.objects[-1]["spec"]["containers"]]
        for one in situations()
    }
    assert images["sleeper"] == [f"{service.repository}:{service.stable}"]
    assert images["readiness-slow"] == [f"{service.repository}:2.7.0"]
    assert images["image-invalid"] == ["Not:An:Image"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"until": {"redy": True}}, "redy"),
        ({"until": {}}, "until"),
        ({"contaner": {}}, "contaner"),
        ({"name": "twice"}, "same name"),
    ],
)
def test_a_mistake_is_told(written: Path, change: dict[str, object], told: str) -> None:
    """What nobody would wait for, a word that means nothing, and a name given twice."""
    good = {"name": "one", "what": "w", "until": {"ready": True}}
    twice = {**good, "name": "twice"}
    written.write_text(yaml.safe_dump({"shared": [], "situations": [twice, {**good, **change}]}))
    with pytest.raises(ValueError, match=told):
        situations()


def test_the_files_lie_with_the_product() -> None:
    """They are read from its own data."""
    assert situations_file().is_file()
