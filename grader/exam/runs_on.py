"""What a sandbox runs on, where its provider can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from grader.sandbox.protocol import Provider


@runtime_checkable
class Described(Protocol):
    """A provider that can say what its sandboxes run on."""

    def runs_on(self) -> Mapping[str, str]:
        """By what it is: "engine", "kubernetes", "image", each with its version."""


def runs_on(provider: Provider) -> Mapping[str, str]:
    """What the provider says, for the report; nothing where it does not say."""
    return provider.runs_on() if isinstance(provider, Described) else {}
