"""The images that a simulated node has: those of the stub services, in every release."""

from __future__ import annotations

from grader.sandbox.services import services

_PYTHON = "/usr/bin/python3.11"
# About what the image's layers take, for those who ask the node.
_SIZE = 24_000_000


def images() -> dict[str, dict[str, object]]:
    """What the node has to know of every image, by its full name."""
    return {
        f"{service.repository}:{version}": {
            "entrypoint": [_PYTHON, "-EsS", "/app/serve.py"],
            "environment": {
                "MALLOC_ARENA_MAX": "1",
                "PIVORI_SERVICE": service.id,
                "PIVORI_VERSION": version,
            },
            "programs": [_PYTHON],
            "folder": "/app",
            "user": 1000,
            "size": _SIZE,
        }
        for service in services().values()
        for version in service.versions
    }
