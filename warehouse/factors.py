"""The second factor: codes of six digits from a reader's own device (TOTP, RFC 6238), and recovery codes beside them."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

import pyotp
import sqlalchemy as sa

from warehouse.entrance import name, recovery_code
from warehouse.tables import account

if TYPE_CHECKING:
    from warehouse.crypto import Suite
    from warehouse.store import Writer

STEP_S = 30
WINDOW = 1  # steps that a clock may be wrong by
CODES = 10
ISSUER = "Zhijian"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like others


def about(login: str) -> str:
    """What a sealed secret belongs to."""
    return f"account.totp/{login}"


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, at a moment; None for any other code."""
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_S
    steps = range(now - WINDOW, now + WINDOW + 1)
    said = "".join(code.split())
    right = [one for one in steps if secrets.compare_digest(totp.generate_otp(one).encode(), said.encode())]  # fmt: skip
    return right[-1] if right else None


def enrol(writer: Writer, suite: Suite, login: str, secret: str, step: int) -> list[str]:
    """Make a secret the account's second factor; the recovery codes are returned and kept nowhere in clear."""
    name(writer, login)
    sealed = suite.seal(secret, about=about(login))
    mine = sa.update(account).where(account.c.login == login)
    writer.run(mine.values(totp_secret=sealed, totp_step=step))
    return new_codes(writer, suite, login)


def use(writer: Writer, login: str, step: int) -> bool:
    """Use a code up: nobody comes in by it, or by an earlier one, again."""
    name(writer, login)
    is_later = sa.func.coalesce(account.c.totp_step, 0) < step
    mine = sa.update(account).where(account.c.login == login, is_later)
    return writer.run(mine.values(totp_step=step)) == 1


def switch_off(writer: Writer, login: str) -> None:
    """Do without a second factor; its recovery codes go with it."""
    name(writer, login)
    mine = sa.update(account).where(account.c.login == login)
    writer.run(mine.values(totp_secret=None, totp_step=None))
    writer.run(sa.delete(recovery_code).where(recovery_code.c.login == login))


def new_codes(writer: Writer, suite: Suite, login: str) -> list[str]:
    """Recovery codes in place of those there were."""
    name(writer, login)
    writer.run(sa.delete(recovery_code).where(recovery_code.c.login == login))
    codes = [_draw() for _ in range(CODES)]
    for code in codes:
        kept = suite.mac(f"{login}/{_plain(code)}")
        writer.run(sa.insert(recovery_code), login=login, code=kept)
    return codes


def use_recovery(writer: Writer, suite: Suite, login: str, code: str, now: datetime) -> bool:
    """Use a recovery code up, if it is one of this account's."""
    name(writer, login)
    unused = (recovery_code.c.login == login, recovery_code.c.used_at.is_(None))
    text = f"{login}/{_plain(code)}"
    for (kept,) in writer.rows(sa.select(recovery_code.c.code).where(*unused)):
        if suite.is_mac(kept, text):
            one = sa.update(recovery_code).where(*unused, recovery_code.c.code == kept)
            return writer.run(one.values(used_at=now)) == 1
    return False


def codes_left(writer: Writer, login: str) -> int:
    """How many recovery codes are unused."""
    name(writer, login)
    count = sa.select(sa.func.count()).select_from(recovery_code)
    mine = (recovery_code.c.login == login, recovery_code.c.used_at.is_(None))
    return int(writer.scalar(count.where(*mine)))


def _draw() -> str:
    """Ten letters of 31, in two groups: 49 bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _plain(code: str) -> str:
    """A code as typed, without what people put between letters."""
    return "".join(c for c in code.lower() if c.isalnum())
