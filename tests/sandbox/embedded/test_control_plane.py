"""How the programs of an embedded cluster are called."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.embedded.addresses import Ports
from grader.sandbox.embedded.control_plane import Tools, write_programs
from grader.sandbox.embedded.places import Places

_PROGRAMS = {"etcd", "kube-apiserver", "node", "kube-controller-manager", "kube-scheduler"}


@pytest.fixture(autouse=True)
def _nothing_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's folder has a long path: the sockets that go elsewhere then are to go with it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _programs(
    folder: Path, *, anew: bool = False, ample_memory: bool = False
) -> list[dict[str, Any]]:
    places, tools = Places(folder), Tools(folder / "kube", folder / "etcd", folder / "node")
    write_programs(places, Ports(api=1, node=2), tools, anew=anew, ample_memory=ample_memory)
    programs: list[dict[str, Any]] = json.loads(places.programs.read_text("utf-8"))["programs"]
    return programs


def _environments(
    folder: Path, *, anew: bool = False, ample_memory: bool = False
) -> dict[str, Mapping[str, str]]:
    programs = _programs(folder, anew=anew, ample_memory=ample_memory)
    return {program["name"]: program["environment"] for program in programs}


def test_many_with_much_to_do_spare_processors(tmp_path: Path) -> None:
    """In a proof no program keeps to little memory, and none takes the other sandboxes' processors."""
    environments = _environments(tmp_path, ample_memory=True)
    assert set(environments) == _PROGRAMS
    for environment in environments.values():
        assert int(environment["GOGC"]) > 100
        assert environment["GOMAXPROCS"] == "1"
        assert not {"GOMEMLIMIT", "GOGC_STARTED"} & set(environment)


@pytest.mark.parametrize("anew", [True, False])
def test_others_spare_memory(tmp_path: Path, *, anew: bool) -> None:
    """A candidate's sandbox takes little memory once it has started, and answers with every processor."""
    environments = _environments(tmp_path, anew=anew)
    assert set(environments) == _PROGRAMS
    for environment in environments.values():
        assert "GOMAXPROCS" not in environment
        assert int(environment.get("GOGC_STARTED", environment["GOGC"])) < 100


def test_what_is_seldom_written_is_kept_in_the_store_alone(tmp_path: Path) -> None:
    """The API server is told of each of these kinds, by its plural and group, that it is to have no cache of it."""
    (server,) = (one for one in _programs(tmp_path) if one["name"] == "kube-apiserver")
    (sizes,) = (
        word.partition("=")[2] for word in server["argv"] if word.startswith("--watch-cache-sizes=")
    )
    told = [size.partition("#") for size in sizes.split(",")]
    assert {size for _, _, size in told} == {"0"}
    assert {"limitranges", "jobs.batch", "roles.rbac.authorization.k8s.io"} <= {k for k, *_ in told}
    assert len({kind for kind, *_ in told}) == len(told)


def test_an_empty_store_is_filled_before_garbage_is_looked_for(tmp_path: Path) -> None:
    """Who makes more at the start looks later for what it no longer needs."""
    first, again = _environments(tmp_path, anew=True), _environments(tmp_path, anew=False)
    for name in ("kube-apiserver", "kube-controller-manager"):
        limits = [int(e[name]["GOMEMLIMIT"].removesuffix("MiB")) for e in (first, again)]
        assert limits[0] > limits[1]
