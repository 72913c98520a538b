"""Tokens by which programs read for an account: made by the account itself, kept as hashes, each with what it may read and its last day.

A token never does more than its account, and is worth nothing once it is revoked or over, or once the account has another password, is
suspended, ended or not valid on the day: nobody has to find and end the tokens of an account that is closed.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from warehouse.columns import moment, text_column
from warehouse.entrance import name
from warehouse.errors import TokenRefused
from warehouse.sessions import is_open, key_of, stamp_of
from warehouse.tables import account, metadata
from warehouse.text import Text

if TYPE_CHECKING:
    from warehouse.store import Reader, Warehouse, Writer

BEGINS = "zjt_"  # by which programs that look for leaked secrets know one of ours
MOST = 20  # of one account that hold at the same time
LONGEST_NAME = 60
DAYS, MOST_DAYS = 90, 365
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a token was last used


class TokenScope(StrEnum):
    """What a token may read, within what its account may."""

    FIGURES = "read:figures"
    SUBMISSIONS = "read:submissions"
    FLAGS = "read:flags"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    TokenScope.FIGURES: Text("地区、学年、指标与数据", "places, periods, metrics and figures"),
    TokenScope.SUBMISSIONS: Text("报送与回执", "submissions and receipts"),
    TokenScope.FLAGS: Text("预警与核查件", "flags and cases"),
}

api_token = sa.Table(
    "api_token", metadata,
    sa.Column("token_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True, comment="hash of the token"),
    text_column("login"),
    text_column("stamp", comment="of the password it was made under"),
    text_column("name"),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False),
    moment("made_at"), moment("expires_at"), moment("used_at", nullable=True), moment("revoked_at", nullable=True),
    sa.CheckConstraint(f"length(name) BETWEEN 1 AND {LONGEST_NAME}", name="api_token_name"),
    sa.CheckConstraint("expires_at > made_at AND expires_at <= made_at + interval '366 days'", name="api_token_year"),
    sa.CheckConstraint("cardinality(scopes) BETWEEN 1 AND 8", name="api_token_scopes"),
    sa.Index("ix_api_token_login", "login"),
    comment="程序接口令牌",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token as its account sees it; never the token itself."""

    token_id: int
    name: str
    scopes: tuple[TokenScope, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for."""

    name: str
    scopes: Collection[str]
    days: int = DAYS


@dataclass(frozen=True, kw_only=True)
class Held:
    """A token that holds, with the account it is of."""

    token: Token
    account: Mapping[str, Any]


_COLUMNS = ("token_id", "name", "scopes", "made_at", "expires_at", "used_at")


def offered(account_row: Mapping[str, Any]) -> tuple[TokenScope, ...]:
    """What a token of an account can read: of one that sees aggregates figures alone."""
    is_of_records = account_row["depth"] == "records"
    return tuple(TokenScope) if is_of_records else (TokenScope.FIGURES,)


def make(writer: Writer, account_row: Mapping[str, Any], wish: Wish, now: datetime) -> str:
    """Make a token of an account that has just proved itself; it is returned and kept nowhere. TokenRefused says what to ask for instead."""
    token, login = BEGINS + secrets.token_urlsafe(32), account_row["login"]
    said, scopes = _checked(wish, offered(account_row))
    name(writer, login, token=key_of(token), reader=login)
    if len(own(writer, login, stamp_of(account_row), now)) >= MOST:
        raise TokenRefused(
            f"每个账号最多 {MOST} 个有效令牌，请先吊销不用的。",
            f"An account has at most {MOST} tokens that hold: revoke some first.",
        )
    writer.run(
        sa.insert(api_token).values(
            key=key_of(token), login=login, stamp=stamp_of(account_row), name=said, scopes=scopes, made_at=now,
            expires_at=now + timedelta(days=wish.days),
        )
    )  # fmt: skip
    return token


def _checked(wish: Wish, offered: Collection[TokenScope]) -> tuple[str, list[str]]:
    said = " ".join(wish.name.split())
    if not 1 <= len(said) <= LONGEST_NAME or not said.isprintable():
        raise TokenRefused(
            f"请写明令牌的用途，不超过 {LONGEST_NAME} 字。",
            f"Say what the token is for, in at most {LONGEST_NAME} letters.",
        )
    if not 1 <= wish.days <= MOST_DAYS:
        raise TokenRefused(
            f"有效期为 1 至 {MOST_DAYS} 天。", f"A token holds for 1 to {MOST_DAYS} days."
        )
    if any(scope in wish.scopes for scope in TokenScope if scope not in offered):
        raise TokenRefused(
            "本账号只能查看汇总数据，令牌也只能读取数据。",
            "This account sees aggregates only: so does its token. Tick figures alone.",
        )
    scopes = [scope.value for scope in TokenScope if scope in wish.scopes]
    if not scopes or len(scopes) != len(set(wish.scopes)):
        raise TokenRefused(
            "请至少勾选一项读取范围。", "Tick at least one thing that the token may read."
        )
    return said, scopes


def own(reader: Reader, login: str, stamp: str, now: datetime) -> list[Token]:
    """The tokens of a reader that still hold, the newest first."""
    c = api_token.c
    holds = (c.login == login, c.stamp == stamp, c.revoked_at.is_(None), c.expires_at > now)
    wanted = sa.select(*(c[one] for one in _COLUMNS)).where(*holds)
    return [
        _token(row) for row in reader.rows(wanted.order_by(c.made_at.desc(), c.token_id.desc()))
    ]


def revoke(writer: Writer, token_id: int, now: datetime) -> str:
    """End a token for good; its name. In a reader's own transaction only one of one's own is found."""
    c = api_token.c
    ended = sa.update(api_token).where(c.token_id == token_id, c.revoked_at.is_(None))
    found = writer.rows(ended.values(revoked_at=now).returning(c.name))
    if not found:
        raise TokenRefused(
            "没有这个令牌，或已吊销。请刷新页面。",
            "There is no such token, or it is revoked. Reload the page.",
        )
    return str(found[0].name)


def look(warehouse: Warehouse, token: str, now: datetime, day: date) -> Held | None:
    """What a token stands for, if it holds; that it is in use is noted once a minute."""
    if not token.startswith(BEGINS):
        return None
    with warehouse.writing() as writer:
        key = key_of(token)
        name(writer, "", token=key)
        found = next(iter(writer.rows(sa.select(api_token).where(api_token.c.key == key))), None)
        if found is None or found.revoked_at is not None or found.expires_at <= now:
            return None
        name(writer, found.login, token=key)
        row = _account(writer, found.login)
        if row is None or found.stamp != stamp_of(row) or not is_open(row, day):
            return None
        if found.used_at is None or now - found.used_at >= SEEN_EVERY:
            writer.run(sa.update(api_token).where(api_token.c.key == key).values(used_at=now))
        return Held(token=_token(found), account=row)


def _account(reader: Reader, login: str) -> Mapping[str, Any] | None:
    rows = reader.rows(sa.select(account).where(account.c.login == login))
    return dict(rows[0]._mapping) if rows else None  # noqa: SLF001 - how SQLAlchemy names it


def sweep(writer: Writer, before: datetime) -> int:
    """Let go of tokens that ended before a moment; for the worker."""
    return writer.run(sa.delete(api_token).where(api_token.c.expires_at < before))


def _token(row: Any) -> Token:  # noqa: ANN401 - a row
    scopes = tuple(TokenScope(one) for one in row.scopes)
    return Token(**{one: getattr(row, one) for one in _COLUMNS if one != "scopes"}, scopes=scopes)
