"""The two sets of algorithms: international, and national (国密, GB/T 32905, 32907, 32918). Bytes in, bytes out.

Nobody calls this but `warehouse.crypto`, which keeps the keys.
"""

from __future__ import annotations

import secrets
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl.sm2 import CryptSM2, default_ecc_table  # type: ignore[import-untyped]  # gmssl has no types

NONCE, TAG = 12, 16  # bytes before and behind a sealed text, as GCM has them in both sets


class Broken(Exception):
    """A sealed text that was changed, or that belongs to something else."""


class Algorithms(Protocol):
    """One set of algorithms. A signing key is 32 bytes; `public` is what its signatures are verified with."""

    name: str
    key_bytes: int

    def hash(self, data: bytes) -> bytes: ...
    def mac(self, key: bytes, data: bytes) -> bytes: ...
    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes: ...
    def decrypt(self, key: bytes, sealed: bytes, about: bytes) -> bytes: ...
    def signing_key(self) -> bytes: ...
    def public(self, private: bytes) -> bytes: ...
    def sign(self, private: bytes, data: bytes) -> bytes: ...
    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool: ...


class _Common:
    """What both sets do alike with a hash and a block cipher of their own."""

    hashing: type[hashes.HashAlgorithm]
    block: type[algorithms.AES | algorithms.SM4]

    def hash(self, data: bytes) -> bytes:
        running = hashes.Hash(self.hashing())
        running.update(data)
        return running.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        running = hmac.HMAC(key, self.hashing())
        running.update(data)
        return running.finalize()

    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        """Nonce, ciphertext, tag; `about` is authenticated and not contained."""
        nonce = secrets.token_bytes(NONCE)
        running = Cipher(self.block(key), modes.GCM(nonce)).encryptor()
        running.authenticate_additional_data(about)
        return nonce + running.update(plain) + running.finalize() + running.tag

    def decrypt(self, key: bytes, sealed: bytes, about: bytes) -> bytes:
        if len(sealed) < NONCE + TAG:
            raise Broken
        running = Cipher(self.block(key), modes.GCM(sealed[:NONCE], sealed[-TAG:])).decryptor()
        running.authenticate_additional_data(about)
        try:
            return running.update(sealed[NONCE:-TAG]) + running.finalize()
        except InvalidTag as error:
            raise Broken from error


class International(_Common):
    """SHA-256, HMAC-SHA-256, AES-256-GCM, Ed25519."""

    name = "international"
    key_bytes = 32
    hashing = hashes.SHA256
    block = algorithms.AES

    def signing_key(self) -> bytes:
        return secrets.token_bytes(32)

    def public(self, private: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, data: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).sign(data)

    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
        except InvalidSignature:
            return False
        return True


class National(_Common):
    """SM3, HMAC-SM3, SM4-GCM (RFC 8998), SM2 with SM3 and the standard's own signer id."""

    name = "national"
    key_bytes = 16
    hashing = hashes.SM3
    block = algorithms.SM4
    order = int(default_ecc_table["n"], 16)

    def signing_key(self) -> bytes:
        return (1 + secrets.randbelow(self.order - 2)).to_bytes(32)

    def public(self, private: bytes) -> bytes:
        point = _curve("", "")._kg(int.from_bytes(private), default_ecc_table["g"])  # noqa: SLF001 - gmssl offers no other way
        return bytes.fromhex(point)

    def sign(self, private: bytes, data: bytes) -> bytes:
        """The number used once is drawn here: gmssl's own comes from a generator that can be foretold."""
        signer = _curve(private.hex(), self.public(private).hex())
        signature = None
        while signature is None:
            once = 1 + secrets.randbelow(self.order - 1)
            signature = signer.sign_with_sm3(data, f"{once:064x}")
        return bytes.fromhex(signature)

    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool:
        if len(signature) != 64:
            return False
        parts = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        if not all(0 < part < self.order for part in parts):  # gmssl does not look
            return False
        return bool(_curve("", public.hex()).verify_with_sm3(signature.hex(), data))


def _curve(private: str, public: str) -> CryptSM2:
    """SM2 of gmssl; the key is put in afterwards, since its constructor strips every leading 0 and 4."""
    made = CryptSM2(private, "")
    made.public_key = public
    return made


SETS: dict[str, Algorithms] = {each.name: each for each in (International(), National())}
