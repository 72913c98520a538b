"""Cryptography: published vectors of the national algorithms, and what both suites promise."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from warehouse.ciphers import SETS, National, _curve
from warehouse.crypto import KeyRing, SealBroken, Suite, suite
from warehouse.errors import UnknownName

pytestmark = pytest.mark.mlps("M22", "M23", "M28")

NATIONAL = National()
ID, MESSAGE = "1234567812345678", b"message digest"
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
ONCE = "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"
SIGNED = (
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
RFC8998 = {
    "key": "0123456789ABCDEFFEDCBA9876543210",
    "nonce": "00001234567800000000ABCD",
    "about": "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
    "plain": "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
    "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    "sealed": "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
    "tag": "83DE3541E4C2B58177E065A9BF7B62EC",
}


@pytest.fixture(params=SETS)
def ours(request: pytest.FixtureRequest, tmp_path: Path) -> Suite:
    return suite(request.param, tmp_path / "keys")


@pytest.mark.parametrize(
    ("text", "hash_"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_hashes_of_its_standard(text: bytes, hash_: str) -> None:
    assert NATIONAL.hash(text).hex() == hash_


def test_hmac_sm3_gives_a_published_code() -> None:
    key = bytes(range(1, 33))
    text = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2

    code = NATIONAL.mac(key, text).hex()

    assert code == "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"


def test_sm4_gives_the_block_of_its_standard() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")

    running = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - one block, as the standard prints it

    assert running.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_a_text_sealed_by_rfc_8998_opens() -> None:
    vector = {name: bytes.fromhex(value) for name, value in RFC8998.items()}
    sealed = vector["nonce"] + vector["sealed"] + vector["tag"]

    assert NATIONAL.decrypt(vector["key"], sealed, vector["about"]) == vector["plain"]


def test_sm2_signs_as_its_standard_does() -> None:
    signer = _curve(PRIVATE.hex(), PUBLIC.hex())

    assert NATIONAL.public(PRIVATE) == PUBLIC
    assert signer.sign_with_sm3(MESSAGE, ONCE).upper() == SIGNED


def test_sm2_verifies_the_signature_of_its_standard_and_no_other() -> None:
    signature = bytes.fromhex(SIGNED)

    assert NATIONAL.verify(PUBLIC, signature, MESSAGE)
    assert not NATIONAL.verify(PUBLIC, signature, b"another message")
    assert not NATIONAL.verify(PUBLIC, bytes(64), MESSAGE)
    assert not NATIONAL.verify(PUBLIC, signature[:-1], MESSAGE)


def test_a_public_key_may_begin_with_what_gmssl_would_strip() -> None:
    for number in range(2, 400):
        private = number.to_bytes(32)
        public = NATIONAL.public(private)
        if public[0] in (0x04, 0x00, 0x40, 0x44):
            break

    assert public[0] in (0x04, 0x00, 0x40, 0x44)
    assert NATIONAL.verify(public, NATIONAL.sign(private, MESSAGE), MESSAGE)


def test_what_is_sealed_opens_for_what_it_belongs_to(ours: Suite) -> None:
    sealed = ours.seal("机密 secret", about="account.phone/a")

    assert ours.unseal(sealed, about="account.phone/a") == "机密 secret"
    assert "secret" not in sealed
    assert sealed.startswith(f"{ours.name}.1.")
    assert sealed != ours.seal("机密 secret", about="account.phone/a")


def test_what_is_sealed_opens_for_nothing_else(ours: Suite) -> None:
    sealed = ours.seal("secret", about="account.phone/a")

    with pytest.raises(SealBroken):
        ours.unseal(sealed, about="account.phone/b")


@pytest.mark.parametrize("place", [20, 30, -2])
def test_a_changed_letter_is_noticed(ours: Suite, place: int) -> None:
    sealed = list(ours.seal("a secret of some length", about="x"))
    sealed[place] = "A" if sealed[place] != "A" else "B"

    with pytest.raises(SealBroken):
        ours.unseal("".join(sealed), about="x")


@pytest.mark.parametrize("text", ["", "plain", "international.1.", "other.1.AAAA", "national.x.AA"])
def test_what_was_never_sealed_is_refused(ours: Suite, text: str) -> None:
    with pytest.raises(SealBroken):
        ours.unseal(text, about="x")


def test_a_signature_is_of_one_text(ours: Suite) -> None:
    signature = ours.sign(b"these bytes")

    assert ours.verify(signature, b"these bytes")
    assert not ours.verify(signature, b"other bytes")
    assert not ours.verify("no signature", b"these bytes")


def test_a_code_is_of_one_text(ours: Suite) -> None:
    assert ours.mac("text") == ours.mac("text")
    assert ours.is_mac(ours.mac("text"), "text")
    assert not ours.is_mac(ours.mac("text"), "another")


def test_old_texts_stay_readable_after_a_switch_of_suite(tmp_path: Path) -> None:
    before, after = suite("international", tmp_path), suite("national", tmp_path)
    sealed, signature, code = before.seal("old", about="x"), before.sign(b"old"), before.mac("old")

    assert after.unseal(sealed, about="x") == "old"
    assert after.verify(signature, b"old")
    assert after.is_mac(code, "old")
    assert after.seal("new", about="x").startswith("national.")


def test_old_texts_stay_readable_after_a_new_key(ours: Suite) -> None:
    sealed, signature = ours.seal("old", about="x"), ours.sign(b"old")

    assert ours.renew("seal") == ours.renew("sign") == 2

    assert ours.unseal(sealed, about="x") == "old"
    assert ours.verify(signature, b"old")
    assert ours.seal("new", about="x").startswith(f"{ours.name}.2.")


def test_keys_are_files_that_nobody_else_can_read(ours: Suite) -> None:
    ours.seal("x", about="x")
    ours.mac("x")
    ours.verify(ours.sign(b"x"), b"x")

    files = sorted(ours.ring.folder.iterdir())

    assert [file.name for file in files] == [
        f"{ours.name}-{name}" for name in ("mac-1.key", "seal-1.key", "sign-1.key", "sign-1.pub")
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(ours.ring.folder.stat().st_mode) == 0o700


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    def first_use(_: int) -> str:
        return suite("international", tmp_path).mac("text")

    with ThreadPoolExecutor(8) as together:
        codes = set(together.map(first_use, range(40)))

    assert len(codes) == 1


def test_a_lost_key_is_named(tmp_path: Path) -> None:
    sealed = suite("international", tmp_path / "here").seal("x", about="x")

    with pytest.raises(SealBroken, match=r"international-seal-1\.key"):
        suite("international", tmp_path / "elsewhere").unseal(sealed, about="x")


def test_an_auditor_verifies_without_the_private_key(ours: Suite, tmp_path: Path) -> None:
    signature = ours.sign(b"x")
    assert ours.verify(signature, b"x")
    (ours.ring.folder / f"{ours.name}-sign-1.pub").rename(tmp_path / f"{ours.name}-sign-1.pub")

    assert Suite(ours.algorithms, KeyRing(tmp_path)).verify(signature, b"x")


def test_an_unknown_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="internatonal"):
        suite("internatonal", tmp_path)
