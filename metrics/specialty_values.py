"""What a metric is made of at each school for one specialty: read from the rows that schools handed in, since only classes are kept as sums.

Only distribution.py may import this module; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from metrics.plan import Plan
from metrics.question import Question
from metrics.rollups import BASES, CURRENT, Added, Reads, Units, added, any_of
from metrics.units import Bulk, Reading, Rowed
from warehouse.store import Compiled, compiled
from warehouse.tables import metadata

SPECIALTY, CLASS = "specialty", "major"
NOBODY = Units(np.zeros(0, dtype=np.int64), ())


def is_specialty(member: str) -> bool:
    """Whether a member is one specialty: a class of them is named by two digits."""
    return len(member) > 2


def by_specialty(
    reader: Reads, question: Question, plans: Sequence[Plan], units: Sequence[int], year: int, code: str, *, is_whole: bool
) -> list[dict[int, tuple[int, ...]]]:  # fmt: skip
    """Of each plan what Bulk.sums() tells, of one specialty. The plans are those of a member of the class; every form of theirs is by specialty."""
    sums: Reading = {}
    bulks = [Bulk(one, year, sums) for one in plans]
    places = None if is_whole else units
    found: Rowed = {(form, of): _together(reader, question, form, of, list(each), places, code) for (form, of), each in sums.items()}  # fmt: skip
    return [one.of(found, units) for one in bulks]


def _together(
    reader: Reads, question: Question, form: str, year: int, sums: Sequence[Added], places: Sequence[int] | None, code: str
) -> Units:  # fmt: skip
    """The sums of units in their order: who has reported at all from the rungs, the specialty's own from the facts."""
    own = [one for one in sums if one.rows[0][0] == CLASS]
    rest = [one for one in sums if one not in own]
    kept = added(reader, question, form, year, rest, places) if rest else NOBODY
    facts = _facts(reader, question, form, year, [one.measure for one in own], places, code) if own else NOBODY  # fmt: skip
    units = np.union1d(kept.units, facts.units)
    columns = (facts.of(units, own.index(one)) if one in own else kept.of(units, rest.index(one)) for one in sums)  # fmt: skip
    return Units(units, tuple(columns))


def _facts(
    reader: Reads, question: Question, form: str, year: int, measures: Sequence[str], places: Sequence[int] | None, code: str
) -> Units:  # fmt: skip
    """Each measure of the specialty at the schools that have a row of it."""
    values: dict[str, Any] = {"code": code, "year": year, "load": question.load.get(form, CURRENT), "bases": BASES[question.basis]}  # fmt: skip
    if places is not None:
        values["units"] = list(places)
    rows = reader.rows(_statement(form, tuple(measures), is_named=places is not None), **values)
    if not rows:
        return NOBODY._replace(sums=tuple(np.zeros(0) for _ in measures))
    units, *columns = (np.asarray(each, dtype=np.float64) for each in zip(*sorted(rows), strict=True))  # fmt: skip
    return Units(units.astype(np.int64), tuple(columns))


@lru_cache(maxsize=256)
def _statement(form: str, measures: tuple[str, ...], *, is_named: bool) -> Compiled:
    columns = metadata.tables[f"fact_{form}"].c
    named = [columns.school_id == any_of("units", sa.Integer)] if is_named else []
    load = sa.bindparam("load", type_=sa.BigInteger)
    return compiled(
        sa.select(columns.school_id, *(_sum(columns[name]) for name in measures))
        .where(
            columns.year == sa.bindparam("year", type_=sa.SmallInteger), columns[SPECIALTY] == sa.bindparam("code", type_=sa.Text), *named,
            columns.basis == any_of("bases", sa.SmallInteger), columns.first_load <= load, columns.last_load > load,
        )
        .group_by(columns.school_id)
    )  # fmt: skip


def _sum(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.case((sa.func.bool_or(column.is_(None)), sa.null()), else_=sa.cast(sa.func.sum(column), sa.BigInteger))  # fmt: skip
