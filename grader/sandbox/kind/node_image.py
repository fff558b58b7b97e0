"""Chooses the node image: one named by a setting, the official one where it can be had, or our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from grader.model.errors import Code, GraderError
from grader.model.text import Bilingual
from grader.sandbox.engines.engine import Engine
from grader.sandbox.faults import fault_in
from grader.sandbox.image.build import archive_path, ensure_image
from grader.sandbox.image.node import node_reference
from grader.sandbox.process import Commands, failure
from grader.sandbox.settings import settings

# The image that the pinned kind was released with (its pkg/apis/config/defaults/image.go).
OFFICIAL = (
    "docker.io/kindest/node:v1.37.0"
    "@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5"
)
_PULL_S = 900


class ImageReason(StrEnum):
    """Why a node image was taken; the value is the English, which records keep."""

    NAMED = "named by GRADER_NODE_IMAGE"
    MADE_BEFORE = "made here before"
    PULLED_BEFORE = "pulled before"
    PULLED = "pulled"
    NO_REGISTRY = "no registry can be reached"


_REASONS_FR = {
    ImageReason.NAMED: "nommée par GRADER_NODE_IMAGE",
    ImageReason.MADE_BEFORE: "déjà construite ici",
    ImageReason.PULLED_BEFORE: "déjà téléchargée",
    ImageReason.PULLED: "téléchargée",
    ImageReason.NO_REGISTRY: "aucun registre n’est joignable",  # noqa: RUF001 - as French has it
}


@dataclass(frozen=True)
class NodeImage:
    """A node image that is in the engine's store.

    Attributes:
        reference: Its name.
        own: Whether it is ours, with the stub services and a network plugin in it.
        reason: Why it was taken.
    """

    reference: str
    own: bool
    reason: ImageReason


def choose_node_image(engine: Engine, note: Callable[[str], None], commands: Commands) -> NodeImage:
    """The node image for a sandbox, pulled or made if it has to be."""
    if settings().node_image:
        return _named(settings().node_image, engine, note, commands)
    own = node_reference()
    if engine.image_exists(own):
        return NodeImage(own, own=True, reason=ImageReason.MADE_BEFORE)
    if engine.image_exists(OFFICIAL):
        return NodeImage(OFFICIAL, own=False, reason=ImageReason.PULLED_BEFORE)
    if not archive_path(own).exists() and not settings().offline:
        note("pulling the official node image")
        if _pulled(OFFICIAL, engine, commands):
            return NodeImage(OFFICIAL, own=False, reason=ImageReason.PULLED)
        note("no registry can be reached: making the node image here")
        _make(own, engine, note, commands)
    else:
        ensure_image(engine, own, note, commands)
    return NodeImage(own, own=True, reason=ImageReason.NO_REGISTRY)


def reason_in_words(recorded: str) -> Bilingual:
    """A reason as people read it, from the words of a record."""
    if recorded in set(ImageReason):
        return Bilingual(_REASONS_FR[ImageReason(recorded)], recorded)
    return Bilingual(recorded, recorded)


def _named(
    reference: str, engine: Engine, note: Callable[[str], None], commands: Commands
) -> NodeImage:
    chosen = NodeImage(reference, own=False, reason=ImageReason.NAMED)
    if engine.image_exists(reference):
        return chosen
    note(f"pulling {reference}")
    if not settings().offline and _pulled(reference, engine, commands):
        return chosen
    raise GraderError(
        Code.IMAGE_MISSING,
        f"the node image named by GRADER_NODE_IMAGE is not in {engine.name} and can't be pulled",
        where=reference,
        hint=f"{engine.name} load --input ARCHIVE, or unset GRADER_NODE_IMAGE",
    )


def _pulled(reference: str, engine: Engine, commands: Commands) -> bool:
    output = engine.run("pull", reference, commands=commands, timeout_s=_PULL_S)
    if output.exit_code != 0 and fault_in(output.stderr):
        raise failure(output, Code.IMAGE_MISSING)
    return output.exit_code == 0


def _make(reference: str, engine: Engine, note: Callable[[str], None], commands: Commands) -> None:
    try:
        ensure_image(engine, reference, note, commands)
    except GraderError as problem:
        if problem.code not in {Code.IMAGE_BUILD, Code.TOOL_MISSING}:
            raise
        raise GraderError(
            Code.IMAGE_MISSING,
            f"no registry gives a node image, and none can be made here: {problem.what}",
            where=problem.where or reference,
            hint=problem.hint,
            detail=problem.detail,
        ) from problem
