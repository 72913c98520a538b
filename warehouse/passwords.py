"""Passwords: which are good enough, how they are kept, and when they are too old.

Numbers are settings of this system; the rule that asks for them (GB/T 22239, 8.1.4.1) names none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from warehouse.entrance import name, password_history
from warehouse.errors import ZhijianError
from warehouse.tables import account
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Writer

LEAST, MOST = 10, 200  # characters
CLASSES = 3  # of four: capital and small letters, digits, anything else
REMEMBERED = 5  # passwords of before that may not come again
OLDEST = timedelta(days=90)

HASHER = PasswordHasher()
"""argon2id at the cost the library recommends: half a second of a processor, and 64 MiB, for each guess."""


class WeakPassword(ZhijianError):
    """What a new password lacks, all of it at once."""

    def __init__(self, lacking: Iterable[Text]) -> None:
        lacks = list(lacking)
        super().__init__(
            f"新密码不符合要求：{'；'.join(one.zh for one in lacks)}。请换一个。",
            f"The new password will not do: {'; '.join(one.en for one in lacks)}. Choose another.",
        )


def check(login: str, password: str, history: Iterable[str] = ()) -> None:
    """Raise WeakPassword unless a password may become this login's; `history` are the hashes of its last ones."""
    lacking = list(_lacking(login, password))
    if not lacking and any(is_of(hashed, password) for hashed in history):
        lacking = [Text(f"与最近 {REMEMBERED} 次用过的密码相同", f"it is one of the last {REMEMBERED}")]  # fmt: skip
    if lacking:
        raise WeakPassword(lacking)


def _lacking(login: str, password: str) -> Iterator[Text]:
    if len(password) < LEAST:
        yield Text(f"至少 {LEAST} 个字符", f"at least {LEAST} characters are needed")
    if len(password) > MOST:
        yield Text(f"至多 {MOST} 个字符", f"at most {MOST} characters are taken")
    if _classes(password) < CLASSES:
        yield Text(
            f"大写字母、小写字母、数字、其他符号中至少含 {CLASSES} 类",
            f"at least {CLASSES} of these are needed: capital letters, small letters, digits, other signs",
        )
    if login and login.casefold() in password.casefold():
        yield Text("不得包含账号名", "it may not contain the account name")


def _classes(password: str) -> int:
    kinds = {
        "capital" if c.isascii() and c.isupper() else
        "small" if c.isascii() and c.islower() else
        "digit" if c.isascii() and c.isdigit() else "other"
        for c in password
    }  # fmt: skip
    return len(kinds)


def hash_password(password: str) -> str:
    """The argon2id hash that the warehouse keeps."""
    return HASHER.hash(password)


def is_of(hashed: str, password: str) -> bool:
    """Whether a hash is of this password."""
    try:
        return HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def history(writer: Writer, login: str) -> list[str]:
    """Hashes of an account's last passwords, the present one among them."""
    name(writer, login)
    newest = (
        sa.select(password_history.c.password_hash)
        .where(password_history.c.login == login)
        .order_by(password_history.c.history_id.desc())
        .limit(REMEMBERED)
    )
    present = sa.select(account.c.password_hash).where(account.c.login == login)
    return [row[0] for statement in (present, newest) for row in writer.rows(statement)]


def keep(
    writer: Writer, login: str, password: str, now: datetime, *, must_change: bool = False
) -> None:
    """Make this the account's password; its sessions end with it. `must_change` where somebody else chose it."""
    hashed = hash_password(password)
    name(writer, login)
    values = {"password_hash": hashed, "password_set_at": now, "must_change": must_change}
    writer.run(sa.update(account).where(account.c.login == login).values(**values))
    writer.run(sa.insert(password_history), login=login, password_hash=hashed, set_at=now)
    mine = password_history.c.login == login
    kept = (
        sa.select(password_history.c.history_id)
        .where(mine)
        .order_by(password_history.c.history_id.desc())
        .limit(REMEMBERED)
    )
    writer.run(sa.delete(password_history).where(mine, password_history.c.history_id.not_in(kept)))


def change(writer: Writer, login: str, password: str, now: datetime) -> None:
    """A new password of the account's own choosing: checked against the rules and the last ones, then kept."""
    check(login, password, history(writer, login))
    keep(writer, login, password, now)


def account_of(writer: Writer, login: str) -> Mapping[str, Any]:
    """The account as this transaction has left it."""
    name(writer, login)
    (row,) = writer.rows(sa.select(account).where(account.c.login == login))
    return dict(row._mapping)  # noqa: SLF001 - how SQLAlchemy names it


def is_due(account_row: Mapping[str, Any], now: datetime) -> bool:
    """Whether the password has to be changed before anything else."""
    return bool(account_row["must_change"]) or now - account_row["password_set_at"] > OLDEST
