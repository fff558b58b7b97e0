"""Reads what is true of the fifteen services from where they are defined."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.yaml_guard import read_yaml
from grader.model.errors import Code, GraderError
from grader.model.studio import Studio, StudioService


@cache
def load_studio(fixtures: Path) -> Studio:
    """The services as `services/services.toml` and the charts' production values have them.

    They are the product's own and don't change while it runs, so they are read once.

    Raises:
        GraderError: internal; the product's own files are broken or not there.
    """
    file = fixtures / "services" / "services.toml"
    try:
        catalogue = tomllib.loads(file.read_text(encoding="utf-8"))
        common = catalogue["common"]["config"]
        ports = {name: service["port"] for name, service in catalogue["services"].items()}
        return Studio(
            {
                name: StudioService(
                    id=name,
                    port=service["port"],
                    stable=service["stable"],
                    registry=catalogue["registry"],
                    replicas=_replicas(fixtures / "charts" / name),
                    config=_production({**common, **service.get("config", {})}),
                    urls={to: f"http://{to}:{ports[to]}" for to in service.get("depends_on", ())},
                    secrets={k: s["dummy"] for k, s in service.get("secret", {}).items()},
                    fr=service["fr"],
                    en=service["en"],
                    group=service["group"],
                    good=tuple(r["version"] for r in service["releases"] if "fault" not in r),
                    bad={r["fault"]: r["version"] for r in service["releases"] if "fault" in r},
                )
                for name, service in catalogue["services"].items()
            }
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        what = "the services' own description can't be read"
        raise GraderError(Code.INTERNAL, what, where=str(file), detail=repr(error)) from error


def _production(config: dict[str, Any]) -> dict[str, str]:
    return {key: str(spec.get("production", spec["default"])) for key, spec in config.items()}


def _replicas(chart: Path) -> int:
    replicas = 1
    for name in ("values.yaml", "values-production.yaml"):
        mistakes = Mistakes(chart)
        document = read_yaml(chart / name, mistakes)
        mistakes.stop_if_any()
        if document is not None and isinstance(document.content, dict):
            replicas = int(document.content.get("replicaCount", replicas))
    return replicas
