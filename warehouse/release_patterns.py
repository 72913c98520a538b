"""What a release withholds from readers who are not in charge: decided once after it was signed, kept for ever, and how its proof went.

A job of the worker's writes every pattern and the proof in one transaction, so that a release has all of them or none. Nothing of it is ever changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from warehouse.places import NATION
from warehouse.queue import Order, State, defer, job
from warehouse.release_tables import release_pattern, release_proof
from warehouse.store import Reader, Writer, compiled
from warehouse.text import Text

KIND = "release_patterns"  # of the job


class Table(NamedTuple):
    """Which pattern: a metric by a breakdown ("" for its totals), under a boundary, as read from a place to a depth. No metric: the places of them all."""

    place_id: int
    depth: str
    boundary: str
    cut: str
    metric: str


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What came of the job. `rules` names the thresholds and the program that decided; `cells` are those with somebody behind, `withheld` of them
    are not shown, `repaired` were added because the proof asked for them; `size` in bytes, `seconds` of the clock.
    """

    rules: str
    cells: int
    withheld: int
    programmes: int
    repaired: int
    seconds: float
    size: int
    proved_at: datetime


class Work(NamedTuple):
    """The job that decides a release's patterns, as everybody may know of it."""

    state: State
    done: int
    total: int
    said: Text


# (number, cut, metric, pattern) of some releases, read from one place, of totals and of a breakdown.
STORED = compiled(
    sa.select(release_pattern.c.number, release_pattern.c.cut, release_pattern.c.metric, release_pattern.c.pattern).where(
        release_pattern.c.number == sa.any_(sa.bindparam("numbers", type_=sa.ARRAY(sa.Text))),
        release_pattern.c.place_id == sa.bindparam("place", type_=sa.Integer),
        release_pattern.c.depth == sa.bindparam("depth", type_=sa.Text),
        release_pattern.c.boundary == sa.bindparam("bounds", type_=sa.Text),
        release_pattern.c.cut == sa.any_(sa.bindparam("cuts", type_=sa.ARRAY(sa.Text))),
        release_pattern.c.metric == sa.any_(sa.bindparam("metrics", type_=sa.ARRAY(sa.Text))),
    )
)  # fmt: skip


def ordered(writer: Writer, number: str) -> int:
    """Ask the worker for the patterns of a release; the job's number."""
    title = Text(
        f"{number}：确定并证明不予显示的单元格", f"{number}: decide and prove what is withheld"
    )
    return defer(writer, Order(kind=KIND, place_id=NATION, title=title, args={"release": number}))


def undecided(writer: Writer) -> set[str]:
    """The releases whose patterns are being decided or wait for it. For the worker, to which all jobs are open."""
    is_open = job.c.state.in_([each for each in State if each.is_open])
    wanted = sa.select(job.c.args["release"].astext.label("number")).where(job.c.kind == KIND, is_open)  # fmt: skip
    return {row.number for row in writer.rows(wanted)}


def keep(
    writer: Writer, number: str, patterns: Mapping[Table, bytes], proof: Mapping[str, Any]
) -> None:
    """Write down everything that was decided, once."""
    if proved(writer, number) is not None:
        return
    for table, pattern in patterns.items():
        writer.run(
            sa.insert(release_pattern).values(number=number, **table._asdict(), pattern=pattern)
        )
    size = sum(map(len, patterns.values()))
    writer.run(
        sa.insert(release_proof).values(
            number=number, **proof, size=size, proved_at=sa.func.clock_timestamp()
        )
    )


def proofs(reader: Reader) -> dict[str, Proof]:
    """How the proof of each release went that has one, by number."""
    names = Proof.__dataclass_fields__
    rows = reader.rows(
        sa.select(release_proof.c.number, *(release_proof.c[name] for name in names))
    )
    return {row.number: Proof(**{name: getattr(row, name) for name in names}) for row in rows}


def proved(reader: Reader, number: str) -> Proof | None:
    """How the proof of a release went; None while there is none."""
    return proofs(reader).get(number)


def work(reader: Reader, number: str) -> Work | None:
    """The newest job for a release, whoever asked for it; None where nobody has."""
    rows = reader.rows(
        sa.select(sa.text("state, done, total, zh, en")).select_from(
            sa.func.release_job(sa.bindparam("number", number))
        )
    )
    return next(
        (Work(State(row.state), row.done, row.total, Text(row.zh, row.en)) for row in rows), None
    )
