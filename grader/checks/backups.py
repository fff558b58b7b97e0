"""The archives that the studio's backup script makes, whoever made them and however."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NoReturn

from grader.checks.archives import Archive
from grader.checks.cluster import Cluster
from grader.checks.expectation import expect, fail
from grader.checks.files import File
from grader.checks.matchers import equal_to, nothing, yes
from grader.model.text import Bilingual

ABOUT = "backup.json"
SUMS = "SHA256SUMS"
_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_MADE_OF = ("Deployment", "Service", "ConfigMap", "Secret")
_FR = "Une sauvegarde ne vaut que par ce que l'on peut en restaurer."
_EN = "A backup is worth what can be restored from it."


class Backup:
    """A backup archive. Asking for what it has not, or can't give, fails the check.

    Args:
        file: The archive, declared with its content.
    """

    def __init__(self, file: File) -> None:
        self._file = file

    @property
    def name(self) -> str:
        """The archive's name, without its folder."""
        return self._file.name

    @property
    def content(self) -> bytes:
        """The archive's bytes."""
        return self._file.whole

    def read(self, name: str) -> bytes:
        """A file's content."""
        return self._content.read(name)

    @property
    def about(self) -> Mapping[str, Any]:
        """What it says of itself: kind, created, cluster, services."""
        return self._mapping(ABOUT)

    def records(self, service: str) -> Mapping[str, Any]:
        """The records of a service in it, by key."""
        name = f"data/{service}/store.json"
        store = self._mapping(name)
        expect(
            (store.get("format"), store.get("service"), isinstance(store.get("records"), dict)),
            equal_to((1, service, True)),
            where=self.where(f"{name}: format, service, records"),
            fr=_FR,
            en=_EN,
        )
        records: Mapping[str, Any] = store["records"]
        return records

    def manifests(self, service: str) -> Sequence[Mapping[str, Any]]:
        """The objects of a service in it, as the cluster had them."""
        name = f"manifests/{service}.json"
        items = self._mapping(name).get("items")
        if not isinstance(items, list):
            self._refuse(name, "sans liste d'objets", "without a list of objects")
        return [item for item in items if isinstance(item, dict)]

    def where(self, name: str = "") -> str:
        """Names the archive, and a file in it, for `expect`."""
        return self._file.where(name)

    def expect_intact(self) -> None:
        """Fail unless every file in it can be read and has the digest that it says, and none is unlisted."""
        said = dict(self._sums())
        seen = {
            name: hashlib.sha256(self._content.read(name)).hexdigest()
            for name in self._content.names
            if name != SUMS
        }
        expect(
            sorted(name for name in said.keys() | seen.keys() if said.get(name) != seen.get(name)),
            nothing(),
            where=self.where(f"{SUMS}: files whose digest is wrong or missing"),
            fr="Une empreinte fausse : ce fichier n'est plus celui qui a été sauvegardé.",
            en="A wrong digest: this file is no longer the one that was saved.",
        )

    def expect_manifests(self, cluster: Cluster, service: str) -> None:
        """Fail unless a service's Deployment, Service, ConfigMap and Secret are in it as they are live."""
        saved = {(str(o.get("kind")), _name(o)): o for o in self.manifests(service)}
        names = (service, service, f"{service}-config", f"{service}-secret")
        for kind, name in zip(_MADE_OF, names, strict=True):
            found = saved.get((kind, name))
            where = self.where(f"manifests/{service}.json: {kind}/{name}")
            if found is None:
                fail(
                    Bilingual(f"contient {kind}/{name}", f"contains {kind}/{name}"),
                    Bilingual("absent", "absent"),
                    where=where,
                    fr=_FR,
                    en=_EN,
                )
            expect(
                _is_live(cluster, kind, name, found),
                yes(),
                where=f"{where}: as it is in the cluster",
                fr="Ce manifeste ne recréerait pas ce qui est en production.",
                en="This manifest would not make again what is in production.",
            )

    @cached_property
    def _content(self) -> Archive:
        return self._file.zip()

    def _sums(self) -> Iterator[tuple[str, str]]:
        for line in self._content.read(SUMS).decode("utf-8", "replace").splitlines():
            if found := _SUM.fullmatch(line):
                yield found[2].removeprefix("./"), found[1]

    def _mapping(self, name: str) -> Mapping[str, Any]:
        try:
            content = json.loads(self._content.read(name))
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            self._refuse(name, "illisible", "unreadable")
        return content

    def _refuse(self, name: str, fr: str, en: str) -> NoReturn:
        fail(
            Bilingual("un document JSON complet", "a complete JSON document"),
            Bilingual(fr, en),
            where=self.where(name),
            fr=_FR,
            en=_EN,
        )


def _name(found: Mapping[str, Any]) -> str:
    metadata = found.get("metadata")
    return str(metadata.get("name")) if isinstance(metadata, dict) else ""


def _is_live(cluster: Cluster, kind: str, name: str, saved: Mapping[str, Any]) -> bool:
    """Whether a saved object says of its own part what the live one says."""
    if kind == "ConfigMap":
        return saved.get("data") == dict(cluster.config_map(name).data)
    if kind == "Secret":
        secret, data = cluster.secret(name), saved.get("data")
        if not isinstance(data, dict) or set(data) != set(secret.keys):
            return False
        return all(secret.holds(key, _decoded(value)) for key, value in data.items())
    spec = saved.get("spec")
    if not isinstance(spec, dict):
        return False
    if kind == "Service":
        service = cluster.service(name)
        return (spec.get("selector"), spec.get("ports")) == (service.selector, list(service.ports))
    return bool(spec.get("template") == cluster.deployment(name).field("spec", "template"))


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (ValueError, binascii.Error):
        return b""
