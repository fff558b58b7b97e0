"""Who upgrades or rolls back a release changes the version label of each of its objects, and is not blamed for it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.judging.authoring.scenario_folder import load_scenario
from grader.model.scenario import Scenario
from grader.sandbox.settings import data_folder
from tests.charts.rendering import NAMESPACE, Rendering

_LABEL = "metadata.labels.app.kubernetes.io/version"
# As many as it takes until each service was drawn.
_DRAWS = 200


def _by_service(name: str) -> Mapping[str, Scenario]:
    """The scenario once for each service that it may be about."""
    drawn = (load_scenario(data_folder("scenarios"), name, seed=seed) for seed in range(_DRAWS))
    return {str(scenario.parameters["service"]): scenario for scenario in drawn}


@pytest.mark.parametrize("name", ["answer-alert", "rollback"])
def test_the_label_of_each_object_may_change(rendering: Rendering, name: str) -> None:
    """Those that only production has were not there before, so that no earlier state of theirs is the right one."""
    scenarios = _by_service(name)
    assert len(scenarios) >= 10
    blamed = [
        f"{service}: {kind}"
        for service, scenario in scenarios.items()
        for kind, found in rendering.objects(service, "production").items()
        if not any(
            selector.matches(kind, NAMESPACE, found["metadata"]["name"])
            and (not selector.fields or selector.covers(_LABEL))
            for selector in scenario.may_change
        )
    ]
    assert blamed == []
