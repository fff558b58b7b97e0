"""Says what is there, what is missing, and the command that mends it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Literal

from grader.model.errors import Code, GraderError
from grader.sandbox.choice import EMBEDDED, KIND
from grader.sandbox.embedded.workstation import SYSTEM_PATH
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import NAMES, examine_engine
from grader.sandbox.host import limits
from grader.sandbox.image.build import archive_path
from grader.sandbox.image.node import node_reference
from grader.sandbox.image.workstation import workstation_reference
from grader.sandbox.kind.node_image import OFFICIAL
from grader.sandbox.settings import settings
from grader.sandbox.tools.pins import pins
from grader.sandbox.tools.resolve import find_tool

State = Literal["ok", "missing", "broken", "info"]
_TOOLS = {
    KIND: ("kind", "kubectl", "helm"),
    EMBEDDED: ("kube", "etcd", "node", "kubectl", "helm"),
}
_TYPED = ("curl", "jq", "zip", "unzip", "sha256sum", "flock")
"""What the studio's scripts need of a workstation; without an engine it has this machine's own."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What.
        state: "ok"; "missing" and "broken" stop a sandbox; "info" does not.
        found: What was seen.
        mend: What to type; "" where nothing is to be done.
    """

    subject: str
    state: State
    found: str
    mend: str = ""


def examine() -> list[Finding]:
    """Look at the engines, the tools, the images and this machine's limits.

    Without an engine at work it looks for what embedded sandboxes need, unless the settings name an engine.
    """
    engines = {name: _engine(name) for name in NAMES}
    # As `find_engine` chooses: the one that is named, else the first that works.
    named = settings().engine
    candidates = [named] if named in engines else list(engines)
    usable = [e for name in candidates if isinstance(e := engines[name], Engine)]
    provider = KIND if usable or named else EMBEDDED
    found = [
        _engine_finding(name, engine, needed=not usable and name == named)
        for name, engine in engines.items()
    ]
    return [
        *found,
        Finding("sandboxes", "info", f"{provider}, where no other provider is asked for"),
        *_tools(provider),
        *(_typed() if provider == EMBEDDED else []),
        *(_images(usable[0]) if usable else []),
        *_limits(),
    ]


def _engine(name: str) -> Engine | GraderError:
    try:
        return examine_engine(name)
    except GraderError as problem:
        return problem


def _engine_finding(name: str, engine: Engine | GraderError, *, needed: bool) -> Finding:
    if isinstance(engine, Engine):
        rootless = ", rootless" if engine.rootless else ""
        return Finding(f"engine {name}", "ok", f"{engine.version}{rootless}")
    state: State = "missing" if engine.code is Code.ENGINE_MISSING else "broken"
    # Nothing needs it: another engine is at work, or sandboxes run without any.
    return Finding(f"engine {name}", state if needed else "info", engine.what, engine.hint or "")


def _tools(provider: str) -> list[Finding]:
    found = []
    for name in _TOOLS[provider]:
        path = find_tool(name)
        version = pins()[name].version
        if path:
            found.append(Finding(name, "ok", str(path)))
        else:
            found.append(
                Finding(name, "missing", f"{version} is needed", f"grader setup {provider}")
            )
    return found


def _typed() -> list[Finding]:
    missing = [name for name in _TYPED if not shutil.which(name, path=SYSTEM_PATH)]
    if not missing:
        return [Finding("workstation", "ok", ", ".join(_TYPED))]
    # A sandbox starts without them; some tasks can't be done in it.
    what = f"the studio's scripts need {', '.join(missing)}, which this machine does not have"
    return [Finding("workstation", "info", what, f"install {' '.join(missing)}")]


def _images(engine: Engine) -> list[Finding]:
    found = []
    node = node_reference()
    if engine.image_exists(node):
        found.append(Finding("node image", "ok", node))
    elif engine.image_exists(OFFICIAL):
        found.append(Finding("node image", "ok", OFFICIAL))
    elif archive_path(node).exists():
        found.append(Finding("node image", "ok", f"{archive_path(node)}, loaded at the next start"))
    else:
        found.append(Finding("node image", "missing", node, "grader image build"))
    workstation = workstation_reference()
    there = engine.image_exists(workstation) or archive_path(workstation).exists()
    state: State = "ok" if there else "missing"
    found.append(
        Finding("workstation image", state, workstation, "" if there else "grader image build")
    )
    return found


def _limits() -> list[Finding]:
    return [
        Finding(
            limit.name,
            "ok" if limit.enough else "broken",
            limit.found,
            "" if limit.enough else limit.mend,
        )
        for limit in limits()
    ]
