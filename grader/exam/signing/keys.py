"""The keys that sign results: made once, private to their owner, replaced without forgetting the old public ones.

`keys/<id>.pem` is a private key (mode 0600), `keys/<id>.pub` its public one, `keys/current` the id of the
key that signs. A public key from elsewhere lies in `keys/` as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from grader.model.errors import Code, GraderError

FOLDER = "keys"
ID_LENGTH = 16
"""Characters of the SHA-256 of a public key that name it."""


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are verified with.

    Attributes:
        id: Names it in signatures.
        pem: The key, as others can read it.
        current: Whether this grader signs with it now.
        own: Whether it was made here; its private half may be gone.
    """

    id: str
    pem: str
    current: bool = False
    own: bool = False

    @property
    def verifier(self) -> SSlibKey:
        """The key as the signing library has it."""
        return SSlibKey(self.id, "ed25519", "ed25519", {"public": _raw(self.pem).hex()})


class KeyRing:
    """The keys in a folder.

    Args:
        home: The grader's folder; `keys` below it is made at need.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def signer(self) -> CryptoSigner:
        """What signs; the first key is made here where there is none."""
        name = self._current() or self._make()
        try:
            private = serialization.load_pem_private_key(
                (self._folder / f"{name}.pem").read_bytes(), password=None
            )
        except (OSError, ValueError) as error:
            raise GraderError(
                Code.KEY_BROKEN,
                f"the signing key can't be read: {error}",
                where=str(self._folder / f"{name}.pem"),
                hint="grader keys rotate makes a new one; what was signed stays valid",
            ) from error
        return CryptoSigner(private, self.public(name).verifier)

    def rotate(self) -> PublicKey:
        """Sign with a new key from now on; the old private key goes, its public one stays."""
        before = self._current()
        name = self._make()
        if before:
            (self._folder / f"{before}.pem").unlink(missing_ok=True)
        return self.public(name)

    def all(self) -> Sequence[PublicKey]:
        """Every public key that is known here, the one that signs first."""
        names = sorted(file.stem for file in self._folder.glob("*.pub"))
        current = self._current()
        return sorted((self.public(name) for name in names), key=lambda key: key.id != current)

    def public(self, name: str) -> PublicKey:
        """One public key, by its id."""
        pem = (self._folder / f"{name}.pub").read_text(encoding="ascii")
        own = (self._folder / f"{name}.own").exists()
        return PublicKey(name, pem, current=name == self._current(), own=own)

    def trust(self, pem: str) -> PublicKey:
        """Take a public key from elsewhere; results signed with it are accepted from now on."""
        key = key_of(pem)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self._folder / f"{key.id}.pub", key.pem.encode("ascii"), 0o644)
        return key

    def _current(self) -> str:
        with suppress(FileNotFoundError):
            return (self._folder / "current").read_text(encoding="ascii").strip()
        return ""

    def _make(self) -> str:
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        secret = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        name = key_of(public.decode("ascii")).id
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self._folder / f"{name}.pem", secret, 0o600)
        _write(self._folder / f"{name}.own", b"", 0o644)
        _write(self._folder / f"{name}.pub", public, 0o644)
        # Last: a grader killed before this has no key that signs, or still the old one.
        _write(self._folder / "current", f"{name}\n".encode("ascii"), 0o644)
        return name


def key_of(pem: str) -> PublicKey:
    """A public key from its text. Raises GraderError usage where it is no Ed25519 key."""
    try:
        raw = _raw(pem)
    except (ValueError, TypeError) as error:
        raise GraderError(
            Code.USAGE,
            "this is no public Ed25519 key",
            hint="grader keys export -o FILE writes one, on the machine that signed",
        ) from error
    return PublicKey(hashlib.sha256(raw).hexdigest()[:ID_LENGTH], pem)


def _raw(pem: str) -> bytes:
    key = serialization.load_pem_public_key(pem.encode("ascii"))
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"{type(key).__name__} is not an Ed25519 key")
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _write(file: Path, content: bytes, mode: int) -> None:
    """Complete or not at all, and never readable by more than the mode says."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
