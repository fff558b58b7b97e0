"""The baseline: taken while all is well, and only then."""

from __future__ import annotations

import pytest

from grader.judging.observing.observe import Wants
from grader.judging.observing.take_baseline import take_baseline
from grader.model.errors import Code, GraderError
from grader.model.observation import HttpProbe, ProbeAnswer
from grader.model.studio import NAMESPACE
from tests.judging.doubles import still
from tests.judging.world import World, baseline_world, solved_world


def test_empty_baseline_is_refused_when_it_is_taken() -> None:
    """An attempt never starts with a baseline from which nothing can be told."""
    assert take_baseline(still(baseline_world())).objects["apps/v1/Deployment"]
    with pytest.raises(GraderError) as raised:
        take_baseline(still(World()))
    assert raised.value.code is Code.JUDGING_FAILED
    with pytest.raises(GraderError, match="partial: apps/v1/Deployment geolocation"):
        take_baseline(still(baseline_world()), services=["audio", "geolocation"])


def test_a_service_that_fails_at_first_is_asked_again_for_the_baseline() -> None:
    """Pods are ready a moment before a new address is known everywhere; what was seen then is no comparison."""
    world = solved_world()
    probe = HttpProbe(NAMESPACE, "geolocation", "http", "/trace")
    coming = iter([ProbeAnswer(502), ProbeAnswer(0, error="refused"), ProbeAnswer(200)])
    world.answers["geolocation"] = lambda _path: next(coming)
    baseline = take_baseline(still(world), Wants(probes=(probe,)), services=["geolocation"])
    assert baseline.probes[probe.key].status == 200
    # Of a service that is not there yet nothing else can be expected.
    coming = iter([ProbeAnswer(503)])
    baseline = take_baseline(still(world), Wants(probes=(probe,)))
    assert baseline.probes[probe.key].status == 503
