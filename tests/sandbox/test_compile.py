"""A program that we build says the version that it is, as its project's own release does."""

from __future__ import annotations

import pytest

from grader.sandbox.tools.compile import _linker_flags
from grader.sandbox.tools.pins import pins


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("kubectl", "-X k8s.io/component-base/version.gitVersion=v{version}"),
        ("kubectl", "-X k8s.io/component-base/version.gitMajor=1"),
        ("helm", "-X helm.sh/helm/v4/internal/version.version=v{version}"),
        ("ctr", "-X github.com/containerd/containerd/v2/version.Version=v{version}"),
    ],
)
def test_the_version_is_built_in(name: str, flag: str) -> None:
    """The linker is told the pinned version under the name that the project reads."""
    pin = pins()[name]
    assert flag.format(version=pin.version) in _linker_flags(pin)


def test_a_program_that_knows_its_version_is_told_nothing() -> None:
    """The source of kind has its version in it already."""
    assert _linker_flags(pins()["kind"]) == ""
