"""The fifteen services, as every other part of the sandbox knows them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml

from grader.sandbox.charts import LIBRARY, charts_folder, stage_charts
from grader.sandbox.data import make_data_folder
from grader.sandbox.services import REGISTRY, services


def test_there_are_fifteen_in_five_groups() -> None:
    """The guide's studio has fifteen services in five groups."""
    assert len(services()) == 15
    assert len({service.group for service in services().values()}) == 5


def test_ports_are_their_own() -> None:
    """No two services share a port, and geolocation has the guide's."""
    ports = [service.port for service in services().values()]
    assert len(set(ports)) == 15
    assert services()["geolocation"].port == 8010


def test_what_is_deployed_by_default_exists() -> None:
    """A service's stable release is one of its releases, each of which is there once."""
    for service in services().values():
        assert service.stable in service.versions
        assert len(set(service.versions)) == len(service.versions)


def test_images_have_one_registry() -> None:
    """A service's image is named after it."""
    assert services()["payment"].repository == f"{REGISTRY}/payment"


def test_every_chart_is_staged_with_its_own_copy_of_the_library(tmp_path: Path) -> None:
    """A candidate finds each service's chart complete: Helm needs nothing from outside the folder."""
    stage_charts(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(services())
    for name in services():
        chart = yaml.safe_load((tmp_path / name / "Chart.yaml").read_text(encoding="utf-8"))
        assert [dependency["name"] for dependency in chart["dependencies"]] == [LIBRARY]
        copied = tmp_path / name / "charts" / LIBRARY
        for source in (charts_folder() / LIBRARY).rglob("*"):
            if source.is_file():
                target = copied / source.relative_to(charts_folder() / LIBRARY)
                assert target.read_bytes() == source.read_bytes()


def test_charts_are_staged_alike_from_every_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Helm's record of a release has its files' times: it is the same whenever they were checked out."""
    checkout = tmp_path / "checkout"
    shutil.copytree(charts_folder(), checkout)
    for path in checkout.rglob("*"):
        os.utime(path, (1, 1))
    stage_charts(tmp_path / "here")
    monkeypatch.setattr("grader.sandbox.charts.charts_folder", lambda: checkout)
    stage_charts(tmp_path / "there")
    here, there = (
        {path.relative_to(root): path.stat().st_mtime for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "here", tmp_path / "there")
    )
    assert here == there
    assert len(here) > 3 * len(services())


def test_a_staged_chart_is_the_chart(tmp_path: Path) -> None:
    """File by file, content and rights, with nothing beside but the library; files and folders are of one moment."""
    stage_charts(tmp_path)
    for name in services():
        staged, kept = (
            {
                path.relative_to(root): (path.stat().st_mode, path.read_bytes())
                for path in root.rglob("*")
                if path.is_file() and LIBRARY not in path.relative_to(root).parts
            }
            for root in (tmp_path / name, charts_folder() / name)
        )
        assert staged == kept
    assert len({path.stat().st_mtime for path in tmp_path.rglob("*")}) == 1


def test_staged_charts_deploy_what_the_services_are(tmp_path: Path) -> None:
    """A chart's default image tag is the service's stable release."""
    stage_charts(tmp_path)
    for name, service in services().items():
        chart = yaml.safe_load((tmp_path / name / "Chart.yaml").read_text(encoding="utf-8"))
        assert chart["name"] == name
        assert str(chart["appVersion"]) == service.stable


@pytest.mark.parametrize("times", [1, 2])
def test_every_service_has_a_place_for_its_data(times: int, tmp_path: Path) -> None:
    """Each service finds a folder that any user inside a pod may write to, made once or again."""
    made = [make_data_folder(tmp_path) for _ in range(times)]
    data = tmp_path / "data"
    assert set(made) == {data}
    assert {path.name for path in data.iterdir()} == set(services())
    assert all(path.stat().st_mode & 0o777 == 0o777 for path in data.iterdir())
