"""ConfigMaps and Secrets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from grader.checks.objects import ObjectView
from grader.checks.redaction import is_redacted, redacted


class ConfigMapView(ObjectView):
    """A ConfigMap."""

    @property
    def data(self) -> Mapping[str, str]:
        """Its text entries."""
        found = self.field("data", default={})
        return found if isinstance(found, Mapping) else {}


class SecretView(ObjectView):
    """A Secret. Its values are hashed in every observation; they can be compared, not read."""

    @property
    def keys(self) -> frozenset[str]:
        """The names of its entries."""
        return frozenset(self.field("data", default={}))

    def holds(self, key: str, value: bytes) -> bool:
        """Whether an entry has this value."""
        stored = str(self.field("data", key, default=""))
        if is_redacted(stored):
            return redacted(value, like=stored) == stored
        try:
            return base64.b64decode(stored, validate=True) == value and key in self.keys
        except binascii.Error:
            return False
