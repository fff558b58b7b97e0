"""The certificates of an embedded cluster: what they say, who signed them, and who can read their keys."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from grader.sandbox.embedded.certificates import Authority, kubeconfig, signing_key, write_private


def _certificate(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def test_a_client_is_named_by_its_certificate() -> None:
    """A client's name and groups are the certificate's, as the API server reads them."""
    found = _certificate(Authority.new("ca").client("candidate", ["one", "two"]).certificate)
    groups = found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "candidate"
    assert [group.value for group in groups] == ["one", "two"]
    usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_a_server_has_names_and_addresses() -> None:
    """A server's certificate tells DNS names from IP addresses."""
    found = _certificate(Authority.new("ca").server("api", ["localhost", "127.0.0.1"]).certificate)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_each_cluster_trusts_its_own_authority_only() -> None:
    """What one authority signed another does not vouch for, though both have the same name."""
    one, other = Authority.new("kubernetes"), Authority.new("kubernetes")
    signed = _certificate(one.client("candidate").certificate)
    signed.verify_directly_issued_by(_certificate(one.pair.certificate))
    with pytest.raises(InvalidSignature):
        signed.verify_directly_issued_by(_certificate(other.pair.certificate))


def test_a_key_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    """Keys are private from the first moment, also where an older file lay open."""
    Authority.new("ca").pair.write(tmp_path, "ca")
    assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0
    write_private(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_a_kubeconfig_is_complete_in_itself(tmp_path: Path) -> None:
    """A kubeconfig carries authority, certificate and key, and they fit together."""
    authority = Authority.new("ca")
    pair = authority.client("candidate")
    text = kubeconfig(
        "https://127.0.0.1:1",
        authority.pair.certificate,
        pair.as_user,
        cluster="grader-a",
        user="candidate",
    )
    document = yaml.safe_load(text)
    assert document["current-context"] == document["contexts"][0]["name"] == "candidate@grader-a"
    assert document["contexts"][0]["context"] == {"cluster": "grader-a", "user": "candidate"}
    user = document["users"][0]["user"]
    for name, field in (("c", "client-certificate-data"), ("k", "client-key-data")):
        (tmp_path / name).write_bytes(base64.b64decode(user[field]))
    # It raises where key and certificate are not each other's.
    ssl.create_default_context().load_cert_chain(tmp_path / "c", tmp_path / "k")


def test_a_signing_key_is_a_pair() -> None:
    """The public half that tokens are verified by belongs to the private half that signs them."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - here alone

    private, public = signing_key()
    key = serialization.load_pem_private_key(private, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    shown = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert shown == public
