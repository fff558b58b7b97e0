"""Which provider makes a sandbox where nobody names one, and why."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from grader.model.errors import Code, GraderError
from grader.model.text import Bilingual
from grader.sandbox.engines.find import find_engine
from grader.sandbox.protocol import Choice
from grader.sandbox.settings import settings

KIND, EMBEDDED = "kind", "embedded"
NAMES = (KIND, EMBEDDED)
"""Every provider, the one that shows a cluster most faithfully first."""

# Errors speak English only, and this one's reason is read in reports.
_UNUSABLE_FR = {
    Code.ENGINE_MISSING: "aucun n’est installé",
    Code.ENGINE_PERMISSION: "cet utilisateur n’a pas le droit de s’en servir",
    Code.ENGINE_STOPPED: "celui qui est installé ne répond pas",
    Code.ENGINE_UNFIT: "celui qui est installé ne peut pas faire tourner un nœud Kubernetes",
}


def choose(wanted: str | None) -> Choice:
    """The provider that is named, else kind where a container engine can be used, else the embedded one.

    Raises:
        GraderError: usage, where there is no such provider; as `find_engine`, where GRADER_ENGINE names an engine that
            can't be used.
    """
    if wanted is not None:
        return Choice(require_known(wanted), Bilingual("demandé", "asked for"))
    try:
        engine = find_engine()
    except GraderError as problem:
        # Who names an engine wants that one, and to hear what is wrong with it.
        if settings().engine:
            raise
        return Choice(
            EMBEDDED,
            Bilingual(
                f"aucun moteur de conteneurs n’est utilisable : {_UNUSABLE_FR[problem.code]}",
                f"no container engine can be used: {problem.what}",
            ),
            hint=problem.hint or "",
            without_engine=problem.code is Code.ENGINE_MISSING,
        )
    found = f"{engine.name} {engine.version}"
    return Choice(KIND, Bilingual(f"{found} est utilisable", f"{found} can be used"))


def require_known(name: str) -> str:
    """The name, where there is such a provider. Raises GraderError usage."""
    if name not in NAMES:
        raise GraderError(
            Code.USAGE, f"unknown provider: {name}", hint=f"use one of: {', '.join(NAMES)}"
        )
    return name
