"""What a release withholds of tables by kinds of schools and by several breakdowns: piece by piece, as each was first decided, kept for ever.

A piece is decided when somebody first asks for a table that needs it, in whichever process. It is written down before anybody is shown anything by it;
of two processes that decide at once the first one's stays, and the other goes on from that.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from warehouse.release_tables import release_piece
from warehouse.store import Reader, Writer, compiled

LOG = logging.getLogger("zhijian.pieces")


class Shelf(NamedTuple):
    """Of which release and under which boundary, read from where and how deep, and of which sum: `made_of` is a hash over its columns."""

    number: str
    place_id: int
    depth: str
    boundary: str
    made_of: str


class Held(NamedTuple):
    """How many pieces of a release are kept, and in how many bytes."""

    many: int
    size: int


_KEYS = [release_piece.c[name] for name in Shelf._fields]
# (piece, cells) of one shelf.
_STORED = compiled(
    sa.select(release_piece.c.piece, release_piece.c.cells).where(
        *(column == sa.bindparam(f"shelf_{column.name}", type_=column.type) for column in _KEYS),
        release_piece.c.piece == sa.any_(sa.bindparam("pieces", type_=sa.ARRAY(sa.Text))),
    )
)


def stored(reader: Reader, shelf: Shelf, pieces: Collection[str]) -> dict[str, bytes]:
    """Those of some pieces that are kept."""
    named = {f"shelf_{name}": value for name, value in shelf._asdict().items()}
    rows = reader.rows(_STORED, **named, pieces=sorted(pieces))
    return {piece: bytes(cells) for piece, cells in rows}


def keep(reader: Reader, shelf: Shelf, rules: str, pieces: Mapping[str, bytes]) -> dict[str, bytes] | None:  # fmt: skip
    """Write pieces down beside what the reader reads, all or none: none where some are kept that say something else, and these are returned.

    None where they could not be written, which is logged: whoever asks next tries again.
    """
    try:
        with _beside(reader) as writer:
            return _written(writer, shelf, rules, pieces)
    except sa.exc.SQLAlchemyError:
        LOG.exception("pieces of a release are not kept")
        return None


def held(reader: Reader, number: str) -> Held:
    """What is kept of a release by now."""
    c = release_piece.c
    size = sa.func.coalesce(sa.func.sum(sa.func.length(c.cells)), 0)
    (row,) = reader.rows(sa.select(sa.func.count(), size).where(c.number == number))
    return Held(*map(int, row))


def _written(writer: Writer, shelf: Shelf, rules: str, pieces: Mapping[str, bytes]) -> dict[str, bytes]:  # fmt: skip
    asked = sa.func.unnest(
        sa.cast(sa.bindparam("pieces"), sa.ARRAY(sa.Text)), sa.cast(sa.bindparam("cells"), sa.ARRAY(sa.LargeBinary))
    ).table_valued("piece", "cells").render_derived()  # fmt: skip
    same = [sa.literal(value) for value in shelf]
    rows = sa.select(*same, asked.c.piece, asked.c.cells, sa.literal(rules), sa.func.clock_timestamp())  # fmt: skip
    in_turn = rows.order_by(asked.c.piece)  # so that two processes never wait for one another
    names = [*Shelf._fields, "piece", "cells", "rules", "decided_at"]
    begun = writer.connection.begin_nested()
    many = writer.run(
        insert(release_piece).from_select(names, in_turn).on_conflict_do_nothing(),
        pieces=list(pieces), cells=list(pieces.values()),
    )  # fmt: skip
    others: dict[str, bytes] = {}
    if many < len(pieces):
        there = stored(writer, shelf, pieces)
        others = {piece: cells for piece, cells in there.items() if cells != pieces[piece]}
    begun.rollback() if others else begun.commit()
    return others


@contextmanager
def _beside(reader: Reader) -> Iterator[Writer]:
    """A writing transaction of its own as the worker, while the reader's goes on."""
    with reader.connection.engine.connect() as connection:
        connection.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)
        with connection.begin(), Writer(connection).as_worker() as writer:
            yield writer
