"""The same object in other words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.quantities import parse_quantity
from grader.judging.proof.spelling import (
    in_another_order,
    in_other_quantities,
    otherwise,
    with_full_images,
)

UNITS = ["", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"]


@pytest.mark.parametrize(
    ("quantity", "other"),
    [
        ("500m", "0.5"),
        ("1Gi", "1024Mi"),
        ("2", "2000m"),
        ("64Mi", "65536Ki"),
        ("1Ki", "1024"),
        ("0.25", "0.25"),
        ("many", "many"),
    ],
)
def test_examples(quantity: str, other: str) -> None:
    """Quantities are spelled otherwise where there is another exact spelling."""
    assert otherwise(quantity) == other


@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(UNITS))
def test_never_another_amount(number: int, unit: str) -> None:
    """Whatever the spelling, the amount is the same."""
    quantity = f"{number}{unit}"
    assert parse_quantity(otherwise(quantity)) == parse_quantity(quantity)


def test_only_what_a_person_writes() -> None:
    """Requests, limits and quotas are respelled wherever they are; statuses are left alone."""
    found: dict[str, Any] = {
        "spec": {"containers": [{"resources": {"limits": {"cpu": "500m"}}}]},
        "status": {"allocated": {"requests": {"cpu": "500m"}}},
    }
    in_other_quantities(found)
    assert found["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "0.5"}
    assert found["status"]["allocated"]["requests"] == {"cpu": "500m"}


def test_lists_whose_order_means_something_stay() -> None:
    """`env` is turned round; `envFrom`, of which the last one wins, and commands are not."""
    found: dict[str, Any] = {
        "spec": {"env": [1, 2], "envFrom": [1, 2], "command": ["a", "b"], "volumes": [1, 2]}
    }
    in_another_order(found)
    assert found["spec"] == {
        "env": [2, 1],
        "envFrom": [1, 2],
        "command": ["a", "b"],
        "volumes": [2, 1],
    }


def test_images_in_full() -> None:
    """An image gets the registry that it has by default, and a digest; one with a digest stays."""
    found: dict[str, Any] = {
        "containers": [
            {"name": "a", "image": "nginx:1.25"},
            {"name": "b", "image": "registry.internal/studio/b:2"},
            {"name": "c", "image": "team/c:1@sha256:00"},
        ]
    }
    with_full_images("sha256:ab")(found)
    assert [c["image"] for c in found["containers"]] == [
        "docker.io/library/nginx:1.25@sha256:ab",
        "registry.internal/studio/b:2@sha256:ab",
        "team/c:1@sha256:00",
    ]
