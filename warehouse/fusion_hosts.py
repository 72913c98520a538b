"""From where provinces' systems are pulled: hosts that the ministry allowed for a province, and the token that the province keeps here.

A token is sealed for one province, host and port: for any other it does not open, so nobody who changes an address is sent it. It is
written and never read by the web; only the worker opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.chain_read import Who
from warehouse.crypto import SealBroken, Suite
from warehouse.errors import FusionRefused
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.pull_tables import fusion_host, fusion_token
from warehouse.store import Reader, Writer

LONGEST_TOKEN = 4_000


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where an interface stands: a host and port, as an adapter names them."""

    host: str
    port: int

    @property
    def name(self) -> str:
        """data.example.cn:443, [2001:db8::1]:443."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Allowed(NamedTuple):
    """One line of the allow-list; `until` is its last day, `ended_at` when it was withdrawn."""

    host_id: int
    place_id: int
    host: str
    port: int
    is_internal: bool
    until: date | None
    allowed_by: str
    allowed_at: datetime
    ended_by: str | None
    ended_at: datetime | None

    def holds(self, today: date) -> bool:
        return self.ended_at is None and (self.until is None or today <= self.until)


class Token(NamedTuple):
    """That a token is kept: for which host, by whom and since when. Never the token."""

    host: str
    port: int
    set_by: str
    set_at: datetime


# -- hosts


def hosts(reader: Reader, place_id: int) -> list[Allowed]:
    """The allow-list of a province, the newest first."""
    c = fusion_host.c
    found = sa.select(*(c[name] for name in Allowed._fields)).where(c.place_id == place_id)
    return [Allowed(*row) for row in reader.rows(found.order_by(c.host_id.desc()))]


def allowed(reader: Reader, place_id: int, site: Site, today: date) -> Allowed | None:
    """The line by which a host may be asked today."""
    lines = hosts(reader, place_id)
    return next((one for one in lines if (one.host, one.port) == (site.host, site.port) and one.holds(today)), None)  # fmt: skip


def allow(writer: Writer, who: Who, place_id: int, site: Site, now: datetime, *, until: date | None, is_internal: bool) -> int:  # fmt: skip
    """Let a province's host be pulled from; an earlier line of the same host ends with it. The line's number."""
    _of_ministry(who)
    if until is not None and until < china_day(now):
        raise FusionRefused("截止日不能早于今天。", "The last day may not lie before today.")
    standing = (fusion_host.c.place_id == place_id, fusion_host.c.host == site.host, fusion_host.c.port == site.port)  # fmt: skip
    _end(writer, who, now, *standing)
    made = sa.insert(fusion_host).values(
        place_id=place_id, path=[place_id], host=site.host, port=site.port, is_internal=is_internal, until=until,
        allowed_by=who.login, allowed_at=now,
    ).returning(fusion_host.c.host_id)  # fmt: skip
    return int(writer.scalar(made))


def disallow(writer: Writer, who: Who, place_id: int, host_id: int, now: datetime) -> None:
    """Withdraw a line; a pull that is under way stops at its next page."""
    _of_ministry(who)
    if not _end(writer, who, now, fusion_host.c.place_id == place_id, fusion_host.c.host_id == host_id):  # fmt: skip
        raise FusionRefused("这条许可已撤回，请刷新页面。", "This permission is withdrawn already: look at the page again.")  # fmt: skip


def _end(writer: Writer, who: Who, now: datetime, *which: sa.ColumnElement[bool]) -> int:
    over = sa.update(fusion_host).where(*which, fusion_host.c.ended_at.is_(None))
    return writer.run(over.values(ended_by=who.login, ended_at=now))


def _of_ministry(who: Who) -> None:
    if who.place_id != NATION:
        raise FusionRefused("可拉取的主机由教育部审核人员许可。", "A reviewer of the ministry allows hosts.")  # fmt: skip


# -- the token


def token_kept(reader: Reader, place_id: int) -> Token | None:
    """What may be said of a province's token."""
    found = sa.select(*(fusion_token.c[name] for name in Token._fields)).where(fusion_token.c.place_id == place_id)  # fmt: skip
    return next((Token(*row) for row in reader.rows(found)), None)


def keep_token(writer: Writer, suite: Suite, who: Who, site: Site, token: str, now: datetime) -> None:  # fmt: skip
    """Keep the token of the account's own province in place of an earlier one."""
    said = token.strip()
    if not said or len(said) > LONGEST_TOKEN or not (said.isascii() and said.isprintable()):
        raise FusionRefused(
            f"令牌应为一行可见的英文字符，不超过 {LONGEST_TOKEN} 个。",
            f"A token is one line of printable ASCII characters, {LONGEST_TOKEN} at most.",
        )
    sealed = suite.seal(said, about=_about(who.place_id, site))
    values = {"host": site.host, "port": site.port, "sealed": sealed, "set_by": who.login, "set_at": now}  # fmt: skip
    made = insert(fusion_token).values(**values, place_id=who.place_id, path=[who.place_id])
    writer.run(made.on_conflict_do_update(index_elements=["place_id"], set_=values))


def drop_token(writer: Writer, who: Who) -> bool:
    """Let go of the own province's token; False where none was kept."""
    return bool(writer.run(sa.delete(fusion_token).where(fusion_token.c.place_id == who.place_id)))


def token_of(writer: Writer, suite: Suite, place_id: int, site: Site) -> str:
    """The token for a host, opened by the worker; empty where none is kept for it."""
    found = sa.select(fusion_token).where(fusion_token.c.place_id == place_id)
    rows = writer.rows(found.where(fusion_token.c.host == site.host, fusion_token.c.port == site.port))  # fmt: skip
    if not rows:
        return ""
    try:
        return suite.unseal(rows[0].sealed, about=_about(place_id, site))
    except SealBroken as broken:
        raise FusionRefused(
            f"令牌无法解开，请省级重新保存令牌。{broken.zh}",
            f"The token cannot be opened: the province saves it again. {broken.en}",
        ) from broken


def _about(place_id: int, site: Site) -> str:
    return f"fusion_token/{place_id}/{site.name}"
