"""The providers, and the choice of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.model.errors import Code, GraderError
from grader.sandbox.protocol import Provider


def _kind() -> Provider:
    # Imported late: it brings the Kubernetes client, which a mere listing does not need.
    from grader.sandbox.kind.provider import KindProvider  # noqa: PLC0415

    return KindProvider()


def _embedded() -> Provider:
    from grader.sandbox.embedded.provider import EmbeddedProvider  # noqa: PLC0415 - see above

    return EmbeddedProvider()


def providers() -> Mapping[str, Callable[[], Provider]]:
    """Every provider's maker by its name."""
    return {"kind": _kind, "embedded": _embedded}


def provider_named(name: str | None) -> Provider:
    """The provider called `name`, or the default one.

    Raises:
        GraderError: usage, where there is no such provider.
    """
    known = providers()
    wanted = name or next(iter(known))
    if wanted not in known:
        raise GraderError(
            Code.USAGE, f"unknown provider: {wanted}", hint=f"use one of: {', '.join(known)}"
        )
    return known[wanted]()
