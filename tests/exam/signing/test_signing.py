"""Keys, signed documents, and what becomes of one that was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.exam.signing.canonical import canonical
from grader.exam.signing.envelope import sign, verify
from grader.exam.signing.keys import KeyRing, key_of
from grader.model.errors import Code, GraderError

KIND = "https://pivori.app/grader/exam-result/v1"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """A grader's keys, one of which signs."""
    ring = KeyRing(tmp_path_factory.mktemp("home"))
    ring.signer()
    return ring


@pytest.fixture(scope="module")
def signed(ring: KeyRing) -> bytes:
    """A signed document."""
    return sign(ring.signer(), KIND, {"name": "Zoé", "points": [1, 2]}, {"evidence": "0f" * 32})


def test_signed_is_verified(ring: KeyRing, signed: bytes) -> None:
    """What was signed is accepted, and says what was stated of what, in the form that in-toto has."""
    found = verify(signed, ring.all(), where="f")
    assert found.kind == KIND
    assert found.predicate == {"name": "Zoé", "points": [1, 2]}
    assert found.statement["_type"] == "https://in-toto.io/Statement/v1"
    assert found.statement["subject"] == [{"name": "evidence", "digest": {"sha256": "0f" * 32}}]
    assert json.loads(signed)["payloadType"] == "application/vnd.in-toto+json"


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_byte(ring: KeyRing, signed: bytes, data: st.DataObject) -> None:
    """A document with one byte changed, put in or taken out anywhere is refused, and told from an unknown key."""
    place = data.draw(st.integers(0, len(signed) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    cut = data.draw(st.sampled_from([(0, byte), (1, byte), (1, b"")]))
    changed = signed[:place] + cut[1] + signed[place + cut[0] :]
    if changed == signed:
        return
    with pytest.raises(GraderError) as caught:
        verify(changed, ring.all(), where="result.json")
    assert caught.value.code in {Code.SIGNATURE_WRONG, Code.KEY_UNKNOWN}
    assert caught.value.where == "result.json"


def test_same_meaning_other_bytes(ring: KeyRing, signed: bytes) -> None:
    """The same JSON written otherwise, and base64 with other spare bits, are refused too."""
    document = json.loads(signed)
    loose = dict(
        document,
        signatures=[dict(document["signatures"][0], sig=document["signatures"][0]["sig"] + "\n")],
    )
    for changed in (json.dumps(document).encode(), signed + b"\n", canonical(loose)):
        with pytest.raises(GraderError, match=r"bytes|damaged"):
            verify(changed, ring.all(), where="f")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"not json", b"\xff", b'{"payload": 1}'])
def test_not_a_document(ring: KeyRing, content: bytes) -> None:
    """Anything else is refused as what it is."""
    with pytest.raises(GraderError) as caught:
        verify(content, ring.all(), where="f")
    assert caught.value.code is Code.SIGNATURE_WRONG


def test_other_key(ring: KeyRing, signed: bytes, tmp_path: Path) -> None:
    """A key that did not sign verifies nothing: the error names the one that did, and what to get."""
    other = KeyRing(tmp_path)
    other.signer()
    with pytest.raises(GraderError) as caught:
        verify(signed, other.all(), where="f")
    assert caught.value.code is Code.KEY_UNKNOWN
    assert ring.all()[0].id in caught.value.what
    other.trust(ring.all()[0].pem)
    assert verify(signed, other.all(), where="f").key.id == ring.all()[0].id


def test_named_by_itself(ring: KeyRing, tmp_path: Path) -> None:
    """A key is named by what it is: nobody else's takes its name."""
    KeyRing(tmp_path).signer()
    assert key_of(KeyRing(tmp_path).all()[0].pem).id != ring.all()[0].id
    assert key_of(ring.all()[0].pem).id == ring.all()[0].id


def test_private_key_is_private(tmp_path: Path) -> None:
    """The private key and its folder are readable by their owner alone."""
    KeyRing(tmp_path).signer()
    (secret,) = (tmp_path / "keys").glob("*.pem")
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "keys").glob(".*")) == []


def test_made_once(tmp_path: Path) -> None:
    """The key that there is signs, whoever asks."""
    assert (
        KeyRing(tmp_path).signer().public_key.keyid == KeyRing(tmp_path).signer().public_key.keyid
    )


def test_rotated(tmp_path: Path) -> None:
    """After a rotation another key signs; what the old one signed stays valid, and it can sign no more."""
    ring = KeyRing(tmp_path)
    old = sign(ring.signer(), KIND, {}, {})
    before = ring.all()[0].id
    assert ring.rotate().id != before
    new = sign(ring.signer(), KIND, {}, {})
    keys = ring.all()
    assert keys[0].current
    assert verify(old, keys, where="f").key.id == before
    assert verify(new, keys, where="f").key.id == keys[0].id
    assert not (tmp_path / "keys" / f"{before}.pem").exists()


def test_damaged_key(tmp_path: Path) -> None:
    """A signing key that can't be read gives key-broken and the way out."""
    ring = KeyRing(tmp_path)
    ring.signer()
    (secret,) = (tmp_path / "keys").glob("*.pem")
    secret.write_text("gone")
    with pytest.raises(GraderError) as caught:
        ring.signer()
    assert caught.value.code is Code.KEY_BROKEN
    assert "grader keys rotate" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
)
def test_no_key(text: str) -> None:
    """What is no public key is refused."""
    with pytest.raises(GraderError) as caught:
        key_of(text)
    assert caught.value.code is Code.USAGE
