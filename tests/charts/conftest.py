"""The charts, staged and rendered as a candidate's helm renders them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pivori_stub import identity

from tests.charts.rendering import Rendering

if TYPE_CHECKING:
    from pivori_stub.identity import Catalogue, Service

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CATALOGUE = identity.load()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The fifteen identities."""
    return CATALOGUE


@pytest.fixture(params=list(CATALOGUE.services.values()), ids=list(CATALOGUE.services))
def service(request: pytest.FixtureRequest) -> Service:
    """Each of the fifteen in turn."""
    known: Service = request.param
    return known


@pytest.fixture(params=["default", "production"])
def values(request: pytest.FixtureRequest) -> str:
    """Both ways to deploy a chart: with its own values, or with those of production on top."""
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The charts with the library chart copied into each, as the workstation has them."""
    target = tmp_path_factory.mktemp("charts")
    source = FIXTURES / "charts"
    for name in CATALOGUE.services:
        shutil.copytree(source / name, target / name)
        shutil.copytree(source / "pivori-common", target / name / "charts" / "pivori-common")
    return target


@pytest.fixture(scope="session")
def rendering(helm_program: Path, staged: Path) -> Rendering:
    """Every chart with either set of values, rendered once."""

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(helm_program), *arguments], cwd=staged, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"helm {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done.stdout

    return Rendering(run)
