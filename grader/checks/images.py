"""Image references, taken apart and compared as a container runtime does."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_REGISTRY = "docker.io"

_NAME = re.compile(
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"[a-z0-9]+:[0-9a-f]{32,}")


@dataclass(frozen=True)
class ImageReference:
    """`registry/repository:tag@digest`; tag and digest are "" where the reference has none."""

    registry: str
    repository: str
    tag: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> ImageReference:
        """Take a reference apart, with the defaults of Docker Hub and `latest`.

        Raises:
            ValueError: It is not an image reference.
        """
        name, _, digest = text.partition("@")
        first, slash, rest = name.partition("/")
        if slash and ("." in first or ":" in first or first == "localhost"):
            registry, path = first, rest
        else:
            registry, path = DEFAULT_REGISTRY, name
        path, colon, tag = path.partition(":")
        if registry == DEFAULT_REGISTRY and "/" not in path:
            path = f"library/{path}"
        well_formed = (
            _NAME.fullmatch(path)
            and (not colon or _TAG.fullmatch(tag))
            and ("@" not in text or _DIGEST.fullmatch(digest))
        )
        if not well_formed:
            raise ValueError(f"{text!r} is not an image reference")
        return cls(registry, path, tag or ("" if digest else "latest"), digest)

    def is_(self, wanted: ImageReference) -> bool:
        """Whether this is the image wanted; a tag beside a wanted digest does not matter."""
        if (self.registry, self.repository) != (wanted.registry, wanted.repository):
            return False
        if wanted.digest:
            return self.digest == wanted.digest
        return self.tag == wanted.tag
