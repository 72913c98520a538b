"""Tables that readers saved under a name: the words of the table, never its figures. Whoever opens one reads it with the own rights.

A shared one is listed for every account at its owner's place and below. One that is removed stays, so that it can be brought back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from warehouse.columns import moment, text_column
from warehouse.errors import TableRefused
from warehouse.store import Reader, Writer
from warehouse.tables import metadata

LONGEST_NAME = 60
MOST = 200  # of one account

saved_table = sa.Table(
    "saved_table", metadata,
    sa.Column("table_id", sa.BigInteger, sa.Identity(), primary_key=True),
    text_column("login", comment="whose it is"),
    sa.Column("place_id", sa.Integer, nullable=False, comment="where its owner stands: shared ones are listed there and below"),
    text_column("name"),
    sa.Column("at_place", sa.Integer, nullable=False, comment="the place whose page it was built on"),
    sa.Column("said", JSONB, nullable=False, comment="the words of the table, as its address has them; asof where it is frozen"),
    sa.Column("is_shared", sa.Boolean, nullable=False),
    moment("made_at"), moment("removed_at", nullable=True),
    sa.CheckConstraint(f"length(name) BETWEEN 1 AND {LONGEST_NAME}", name="saved_table_name"),
    sa.CheckConstraint("length(said::text) <= 8000", name="saved_table_said"),
    sa.Index("ix_saved_table_login", "login"), sa.Index("ix_saved_table_place_id", "place_id", postgresql_where=sa.text("is_shared")),
    comment="我的表",
)  # fmt: skip


class Saved(NamedTuple):
    """One saved table as its list shows it."""

    table_id: int
    login: str
    name: str
    at_place: int
    said: Mapping[str, str]
    is_shared: bool
    made_at: datetime


def saved(reader: Reader, *, removed: bool = False) -> list[Saved]:
    """The tables a reader has and those shared with it, the newest first; the removed ones of one's own instead."""
    c = saved_table.c
    kept = c.removed_at.is_not(None) if removed else c.removed_at.is_(None)
    asked = (
        sa.select(*(c[name] for name in Saved._fields))
        .where(kept)
        .order_by(c.made_at.desc(), c.table_id.desc())
    )
    return [Saved(*row) for row in reader.rows(asked)]


class Kept(NamedTuple):
    """A table that was saved, and those of the same name in whose place it stands."""

    table_id: int
    replaced: tuple[int, ...]


def save(writer: Writer, login: str, place_id: int, at: datetime, **values: Any) -> Kept:  # noqa: ANN401 - name, at_place, said, is_shared
    """Keep a table under a name, in place of what one has under it. TableRefused without a name, or where there are too many."""
    name = " ".join(str(values["name"]).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise TableRefused(
            f"请给表起名，不超过 {LONGEST_NAME} 字。",
            f"Name the table, in at most {LONGEST_NAME} letters.",
        )
    replaced = _replaced(writer, login, name, at)
    own = sa.select(sa.func.count()).where(
        saved_table.c.login == login, saved_table.c.removed_at.is_(None)
    )
    if (writer.scalar(own) or 0) >= MOST:
        raise TableRefused(
            f"最多保存 {MOST} 张表，请先删除不用的。",
            f"At most {MOST} tables are kept: remove some first.",
        )
    made = sa.insert(saved_table).values(
        login=login, place_id=place_id, made_at=at, **{**values, "name": name}
    )
    return Kept(int(writer.scalar(made.returning(saved_table.c.table_id))), replaced)


def _replaced(writer: Writer, login: str, name: str, at: datetime) -> tuple[int, ...]:
    """Remove what one has under a name: a saved table stays what it is, so that it can be brought back."""
    c = saved_table.c
    asked = (
        sa.update(saved_table)
        .where(c.login == login, c.name == name, c.removed_at.is_(None))
        .values(removed_at=at)
        .returning(c.table_id)
    )
    return tuple(sorted(row.table_id for row in writer.rows(asked)))


def change(writer: Writer, login: str, table_id: int, **values: Any) -> str:  # noqa: ANN401 - is_shared, removed_at
    """Share, keep to oneself, remove or bring back a table of one's own; its name. TableRefused where it is nobody's or another's."""
    c = saved_table.c
    asked = (
        sa.update(saved_table)
        .where(c.table_id == table_id, c.login == login)
        .values(**values)
        .returning(c.name)
    )
    found: Sequence[Any] = writer.rows(asked)
    if not found:
        raise TableRefused(
            "这张表不存在，或不是您的。请刷新页面查看。",
            "There is no such table of yours. Reload the page to see.",
        )
    return str(found[0].name)
