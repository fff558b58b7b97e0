"""Makes the certificates of one cluster: two authorities, one for each purpose, and what they sign."""

from __future__ import annotations

import base64
import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# An attempt lasts hours; a forgotten one must not turn into one that nobody can look at.
_VALID = timedelta(days=30)
_EARLIER = timedelta(minutes=5)


@dataclass(frozen=True)
class Pair:
    """A key and its certificate, both PEM."""

    key: bytes
    certificate: bytes

    def write(self, folder: Path, name: str) -> None:
        """Write `name`.key and `name`.crt, the key readable by this user alone."""
        write_private(folder / f"{name}.key", self.key)
        write_private(folder / f"{name}.crt", self.certificate)

    @property
    def as_user(self) -> Mapping[str, str]:
        """What a kubeconfig says of a client that has it."""
        return {
            "client-certificate-data": _base64(self.certificate),
            "client-key-data": _base64(self.key),
        }


class Authority:
    """A certificate authority, of use only while a cluster's certificates are made."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key, self._certificate = key, certificate
        self._name = certificate.subject

    @classmethod
    def new(cls, name: str) -> Authority:
        """One that nobody has trusted before."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            _builder(subject, subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @classmethod
    def read(cls, folder: Path, name: str) -> Authority:
        """One whose pair was written to a folder. Raises OSError or ValueError where that is not there."""
        key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(name)  # noqa: TRY004 - a file with another content than ours
        return cls(key, x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes()))

    @property
    def pair(self) -> Pair:
        """Its own key and certificate."""
        return _pair(self._key, self._certificate)

    def client(self, name: str, groups: Sequence[str] = ()) -> Pair:
        """A client's certificate: its name and groups are the user's in the cluster."""
        return self._signed(_subject(name, groups), ExtendedKeyUsageOID.CLIENT_AUTH, ())

    def server(self, name: str, names: Sequence[str], groups: Sequence[str] = ()) -> Pair:
        """A server's certificate for DNS names and IP addresses."""
        return self._signed(_subject(name, groups), ExtendedKeyUsageOID.SERVER_AUTH, names)

    def _signed(
        self, subject: x509.Name, purpose: x509.ObjectIdentifier, names: Sequence[str]
    ) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(subject, self._name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
            )
        return _pair(key, builder.sign(self._key, hashes.SHA256()))


def signing_key() -> tuple[bytes, bytes]:
    """A key pair for service accounts' tokens: private and public, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return _private(key), public


def kubeconfig(
    server: str,
    authority: bytes,
    client: Mapping[str, str],
    *,
    cluster: str = "studio",
    user: str = "user",
) -> str:
    """A kubeconfig for one client, complete in itself (JSON, which is YAML)."""
    import json  # noqa: PLC0415 - here alone

    context = f"{user}@{cluster}"
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [
                {
                    "name": cluster,
                    "cluster": {"server": server, "certificate-authority-data": _base64(authority)},
                }
            ],
            "users": [{"name": user, "user": dict(client)}],
            "contexts": [{"name": context, "context": {"cluster": cluster, "user": user}}],
        },
        indent=1,
    )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this user can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks of two programs on one machine are one clock, but certificates have whole seconds.
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _VALID)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str, groups: Sequence[str]) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pair(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Pair:
    return Pair(_private(key), certificate.public_bytes(serialization.Encoding.PEM))


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
