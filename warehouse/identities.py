"""Which account an institution's own sign-in stands for: issuer and subject, linked by the reader whose account it is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.entrance import identity, name
from warehouse.errors import ZhijianError

if TYPE_CHECKING:
    from warehouse.store import Reader, Writer


class Taken(ZhijianError):
    """An identity that belongs to another account already."""


def find(writer: Writer, issuer: str, subject: str) -> str | None:
    """The login that an identity is linked to."""
    name(writer, "", subject=f"{issuer} {subject}")
    here = (identity.c.issuer == issuer, identity.c.subject == subject)
    login: str | None = writer.scalar(sa.select(identity.c.login).where(*here))
    return login


def link(writer: Writer, issuer: str, subject: str, login: str, now: datetime) -> None:
    """Link an identity to the reader's own account."""
    known = find(writer, issuer, subject)
    if known not in {None, login}:
        raise Taken(
            "这个外部登录已关联另一个账号。请先在那个账号中解除关联。",
            "This sign-in is linked to another account. Unlink it there first.",
        )
    if known is None:
        row = {"issuer": issuer, "subject": subject, "login": login, "linked_at": now}
        writer.run(sa.insert(identity).inline(), **row)


def is_linked(reader: Reader, issuer: str, login: str) -> bool:
    """Whether a reader's own account has an identity of that issuer."""
    mine = (identity.c.issuer == issuer, identity.c.login == login)
    return bool(reader.rows(sa.select(identity.c.subject).where(*mine)))


def unlink(writer: Writer, issuer: str, login: str) -> int:
    """Take the identities of that issuer off the reader's own account."""
    mine = (identity.c.issuer == issuer, identity.c.login == login)
    return writer.run(sa.delete(identity).where(*mine))
