"""Cryptography of this system behind one interface: a suite by name, and the keys beside it.

    ours = suite("international", settings.var / "keys")
    kept = ours.seal("13800000000", about="account.phone/440000-01")
    ours.unseal(kept, about="account.phone/440000-01")

Sealed texts, authentication codes and signatures name their suite and key, `national.1.…`, so that old ones stay readable after a
switch of suite or a new key. Keys are files that nobody else can read; a missing one is made.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from warehouse.ciphers import SETS, Algorithms, Broken
from warehouse.errors import UnknownName, ZhijianError
from warehouse.private import keep_first

Purpose = Literal["seal", "mac", "sign"]


class SealBroken(ZhijianError):
    """A sealed text was changed, belongs to something else, or its key is gone."""

    def __init__(self, why_zh: str, why_en: str) -> None:
        super().__init__(f"密文无法解开：{why_zh}。", f"A sealed text cannot be opened: {why_en}.")


def suite(name: str, keys: Path) -> Suite:
    """The suite of that name, with its keys in a folder."""
    if name not in SETS:
        raise UnknownName("密码套件 / suite of cryptography", name, SETS)
    return Suite(SETS[name], KeyRing(keys))


@dataclass(frozen=True)
class KeyRing:
    """Keys of all suites, one file each: `<suite>-<purpose>-<number>.key`. The highest number is the one in use."""

    folder: Path

    def newest(self, algorithms: Algorithms, purpose: Purpose) -> int:
        """The number of the key in use; the first is made when there is none."""
        pattern = f"{algorithms.name}-{purpose}-*.key"
        numbers = [int(file.stem.rsplit("-", 1)[1]) for file in self.folder.glob(pattern)]
        return max(numbers) if numbers else self.add(algorithms, purpose, 1)

    def add(self, algorithms: Algorithms, purpose: Purpose, number: int) -> int:
        """Make a key of that number unless another process has just done so."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        signing = purpose == "sign"
        key = algorithms.signing_key() if signing else secrets.token_bytes(algorithms.key_bytes)
        keep_first(self._file(algorithms.name, purpose, number), key.hex())
        return number

    def read(self, suite_name: str, purpose: Purpose, number: int) -> bytes:
        file = self._file(suite_name, purpose, number)
        try:
            return bytes.fromhex(file.read_text())
        except FileNotFoundError as error:
            raise SealBroken(f"缺少密钥 {file.name}", f"the key {file.name} is missing") from error

    def public(self, algorithms: Algorithms, number: int) -> bytes:
        """What signatures of a key are verified with: in a file of its own, which an auditor may take along."""
        file = self._file(algorithms.name, "sign", number).with_suffix(".pub")
        if not file.exists():
            keep_first(file, algorithms.public(self.read(algorithms.name, "sign", number)).hex())
        return bytes.fromhex(file.read_text())

    def _file(self, suite_name: str, purpose: Purpose, number: int) -> Path:
        return self.folder / f"{suite_name}-{purpose}-{number}.key"


@dataclass(frozen=True)
class Suite:
    """What the rest of the system calls. New texts are made with this suite; old ones are read with the suite they name."""

    algorithms: Algorithms
    ring: KeyRing

    @property
    def name(self) -> str:
        return self.algorithms.name

    def of(self, name: str) -> Suite:
        """The suite of another name with the same keys: for what was made before a switch."""
        return Suite(SETS[name], self.ring)

    def digest(self, data: bytes) -> str:
        """The hash in hexadecimal."""
        return self.algorithms.hash(data).hex()

    def seal(self, text: str, *, about: str) -> str:
        """Encrypt a text for the thing it belongs to: it opens nowhere else."""
        number = self.ring.newest(self.algorithms, "seal")
        key = self.ring.read(self.name, "seal", number)
        return self._named(number, self.algorithms.encrypt(key, text.encode(), about.encode()))

    def unseal(self, sealed: str, *, about: str) -> str:
        algorithms, number, content = _parts(sealed)
        key = self.ring.read(algorithms.name, "seal", number)
        try:
            return algorithms.decrypt(key, content, about.encode()).decode()
        except Broken as error:
            raise SealBroken(
                "内容被改动或不属于此处", "it was changed, or belongs to something else"
            ) from error

    def mac(self, text: str) -> str:
        """A keyed code of a text: equal texts have equal codes while the key stays, and without the key nothing can be guessed."""
        number = self.ring.newest(self.algorithms, "mac")
        key = self.ring.read(self.name, "mac", number)
        return self._named(number, self.algorithms.mac(key, text.encode()))

    def is_mac(self, code: str, text: str) -> bool:
        algorithms, number, content = _parts(code)
        key = self.ring.read(algorithms.name, "mac", number)
        return hmac.compare_digest(content, algorithms.mac(key, text.encode()))

    def sign(self, data: bytes) -> str:
        number = self.ring.newest(self.algorithms, "sign")
        key = self.ring.read(self.name, "sign", number)
        return self._named(number, self.algorithms.sign(key, data))

    def verify(self, signature: str, data: bytes) -> bool:
        """Whether a signature of ours is of exactly these bytes."""
        try:
            algorithms, number, content = _parts(signature)
            return algorithms.verify(self.ring.public(algorithms, number), content, data)
        except SealBroken:
            return False

    def renew(self, purpose: Purpose) -> int:
        """A new key for what is made from now on; what was made before keeps its own."""
        following = self.ring.newest(self.algorithms, purpose) + 1
        return self.ring.add(self.algorithms, purpose, following)

    def _named(self, number: int, content: bytes) -> str:
        return f"{self.name}.{number}.{urlsafe_b64encode(content).decode().rstrip('=')}"


def _parts(text: str) -> tuple[Algorithms, int, bytes]:
    """Suite, key number and content of a text that names them."""
    try:
        name, number, content = text.split(".")
        padded = content + "=" * (-len(content) % 4)
        return SETS[name], int(number), urlsafe_b64decode(padded)
    except (ValueError, KeyError) as error:
        raise SealBroken("格式不对", "it is not in our format") from error
