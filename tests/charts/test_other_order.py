"""Whichever service is drawn, its objects stay themselves where a list is in another order that means nothing."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from grader.checks.release_objects import differences
from grader.judging.guards import Comparison
from grader.judging.proof.spelling import in_another_order
from tests.judging.world import baseline_world

if TYPE_CHECKING:
    from pivori_stub.identity import Catalogue

    from tests.charts.rendering import Rendering


def test_a_release_in_another_order_is_the_same(
    rendering: Rendering, catalogue: Catalogue, values: str
) -> None:
    """Neither the comparison with Helm's manifest nor the guard sees a difference."""
    before, after = baseline_world(), baseline_world()
    otherwise = set()
    for service in catalogue.services:
        for made in rendering.objects(service, values).values():
            turned = copy.deepcopy(made)
            in_another_order(turned)
            if turned != made:
                otherwise.add(service)
            assert list(differences(made, turned)) == []
            for world, found in ((before, made), (after, turned)):
                parts = {
                    key: found[key] for key in found.keys() - {"apiVersion", "kind", "metadata"}
                }
                kind = f"{found['apiVersion']}/{found['kind']}"
                world.add(kind, f"drawn-{service}", **copy.deepcopy(parts))
    assert "security" in otherwise
    assert Comparison(before.observation()).changes(after.observation(), ()) == []
