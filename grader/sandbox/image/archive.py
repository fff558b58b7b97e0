"""Writes image archives that Docker, Podman and containerd can all load.

The layout is that of the OCI image specification 1.1 (index.json, oci-layout, blobs), with Docker's
manifest.json beside it for engines that read only that. Many images may share a layer, which lies there once.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.sandbox.image.layer import Layer
from grader.sandbox.tools.pins import architecture

_CONFIG = "application/vnd.oci.image.config.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"


@dataclass(frozen=True)
class Image:
    """One image to write.

    Attributes:
        reference: Its full name, "registry/repository:tag".
        layers: From the lowest up.
        entrypoint: What it runs.
        command: The entrypoint's default arguments.
        environment: Variables.
        user: "uid:gid", or "" for root.
        folder: Working folder.
        stop_signal: What the engine sends to end it.
        labels: Labels.
    """

    reference: str
    layers: Sequence[Layer]
    entrypoint: Sequence[str] = ()
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    folder: str = "/"
    stop_signal: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def write_archive(path: Path, images: Sequence[Image]) -> None:
    """Write the images to one uncompressed archive; the file appears whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    written: set[str] = set()
    manifests: list[dict[str, Any]] = []
    docker: list[dict[str, Any]] = []
    with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as tar:
        for image in images:
            for layer in image.layers:
                if layer.digest not in written:
                    tar.add(layer.path, _blob(layer.digest), filter=_plain)
                    written.add(layer.digest)
            config = _add_json(tar, _config(image), written)
            manifest = _add_json(tar, _manifest(image, config), written)
            manifests.append(
                {
                    "mediaType": _MANIFEST,
                    "digest": manifest["digest"],
                    "size": manifest["size"],
                    "annotations": {
                        # containerd takes the whole name from the first, Podman from the second.
                        "io.containerd.image.name": image.reference,
                        "org.opencontainers.image.ref.name": image.reference,
                    },
                }
            )
            docker.append(
                {
                    "Config": _blob(config["digest"]),
                    "RepoTags": [image.reference],
                    "Layers": [_blob(layer.digest) for layer in image.layers],
                }
            )
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": manifests}
        _add(tar, "index.json", json.dumps(index).encode())
        _add(tar, "manifest.json", json.dumps(docker).encode())
        _add(tar, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
    partial.replace(path)


def _config(image: Image) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "Entrypoint": list(image.entrypoint) or None,
        "Cmd": list(image.command) or None,
        "Env": [f"{k}={v}" for k, v in sorted(image.environment.items())],
        "User": image.user,
        "WorkingDir": image.folder,
        "StopSignal": image.stop_signal,
        "Labels": dict(image.labels),
    }
    return {
        "created": "1970-01-01T00:00:00Z",
        "architecture": architecture(),
        "os": "linux",
        "config": {k: v for k, v in settings.items() if v},
        "rootfs": {"type": "layers", "diff_ids": [layer.digest for layer in image.layers]},
        "history": [{"created": "1970-01-01T00:00:00Z"} for _ in image.layers],
    }


def _manifest(image: Image, config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {"mediaType": _CONFIG, **config},
        "layers": [
            {"mediaType": _LAYER, "digest": layer.digest, "size": layer.path.stat().st_size}
            for layer in image.layers
        ],
    }


def _add_json(tar: tarfile.TarFile, document: object, written: set[str]) -> dict[str, Any]:
    data = json.dumps(document, sort_keys=True).encode()
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if digest not in written:
        _add(tar, _blob(digest), data)
        written.add(digest)
    return {"digest": digest, "size": len(data)}


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mtime = 0
    info.mode = 0o644
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _blob(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")
