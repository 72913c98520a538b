"""The panel: one row for each school and year, with numbers of many forms, as they stand now. Read whole, for a place.

Row security lets through the schools of the reader's scope; `whose` narrows it further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from warehouse.places import NATION, Rung
from warehouse.store import Reader
from warehouse.tables import FOR_EVER, Basis, metadata, place, submission
from warehouse.terms import year_from

KEYS = ("school_id", "year")
STANDING = ("school_type", "sponsor", "ownership", "setting", "school_class", "founded")
BASES = [int(Basis.SUBMITTED), int(Basis.BOTH)]


class Number(NamedTuple):
    """A measure's total of each school, or one member of one cut of it."""

    form: str
    measure: str
    cut: str = ""
    member: str = ""


@dataclass(frozen=True)
class Whose:
    """Whose rows: of the schools below a place, or of the place itself where it is one school."""

    place_id: int
    is_school: bool = False

    def narrowed(self, columns: Any, unit: str) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401 - a column collection
        if self.is_school:
            return [
                columns[unit] == self.place_id
            ]  # there is an index by school, none by what lies above
        return [] if self.place_id == NATION else [sa.literal(self.place_id) == sa.any_(columns.path)]  # fmt: skip


def read_panel(
    reader: Reader, whose: Whose, years: Sequence[int], numbers: Mapping[str, Number]
) -> pl.DataFrame:
    """school_id, year, code, province, unit_kind, last_year, successor (which school it was merged into), what the register says (STANDING) and each number by its name (Float64).

    A row stands for every school that has reported any of the forms in a year; what it did not report is null.
    """
    parts = [*_numbers(reader, whose, years, numbers), _standing(reader, whose, years)]
    return _joined(parts).join(_places(reader), on="school_id", how="left").sort(KEYS)


def read_numbers(
    reader: Reader, whose: Whose, years: Sequence[int], numbers: Mapping[str, Number]
) -> pl.DataFrame:
    """The same rows with school_id, year and the numbers alone, of the schools that have reported any of these."""
    return _joined(list(_numbers(reader, whose, years, numbers)))


def _numbers(
    reader: Reader, whose: Whose, years: Sequence[int], numbers: Mapping[str, Number]
) -> Iterator[pl.DataFrame]:
    """A frame for each form and cut that is asked."""
    wanted: dict[tuple[str, str], dict[str, Number]] = {}
    for name, one in numbers.items():
        wanted.setdefault((one.form, one.cut), {})[name] = one
    for key, alike in wanted.items():
        found = _rolled(reader, whose, years, *key, alike)
        yield found.cast(dict.fromkeys(alike, pl.Float64))


def _joined(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames side by side, a row for each school and year that is in any of them."""
    keys = pl.concat([one.select(KEYS) for one in parts]).unique().sort(KEYS)
    return reduce(lambda left, right: left.join(right, on=KEYS, how="left"), parts, keys)


def _rolled(
    reader: Reader, whose: Whose, years: Sequence[int], form: str, cut: str, alike: Mapping[str, Number]
) -> pl.DataFrame:  # fmt: skip
    """school_id, year and the numbers that stand in the same rows; the members of a cut side by side."""
    c = metadata.tables[f"rollup_{form}"].c
    numbers = [
        (sa.func.max(c[one.measure]).filter(c.member == one.member) if cut else c[one.measure]).label(name)
        for name, one in alike.items()
    ]  # fmt: skip
    found = sa.select(c.place_id.label("school_id"), c.year, *numbers).where(
        c.rung == int(Rung.SCHOOL), c.cut == cut, c.last_load == sa.literal_column(str(FOR_EVER)),
        c.member.in_({one.member for one in alike.values()}), *_asked(c, whose, years, "place_id"),
    )  # fmt: skip
    grouped = found.group_by(c.place_id, c.year) if cut else found
    return _keyed(reader.bulk(grouped))


def _standing(reader: Reader, whose: Whose, years: Sequence[int]) -> pl.DataFrame:
    c = metadata.tables["fact_register"].c
    found = sa.select(*(c[name] for name in (*KEYS, *STANDING))).where(
        c.last_load == sa.literal_column(str(FOR_EVER)), *_asked(c, whose, years)
    )
    words, founded = pl.col(STANDING[:-1]).cast(pl.String), pl.col("founded").cast(pl.Int64)
    return _keyed(reader.bulk(found)).with_columns(words, founded).unique(KEYS)


def _places(reader: Reader) -> pl.DataFrame:
    c = place.c
    found = sa.select(
        c.place_id.label("school_id"), c.code, c.path[1].label("province"), c.unit_kind, c.last_year,
        c.successor_id.label("successor"),
    ).where(c.rung == int(Rung.SCHOOL))  # fmt: skip
    numbers = pl.col("school_id", "province", "last_year", "successor").cast(pl.Int64)
    return reader.bulk(found).with_columns(numbers, pl.col("code", "unit_kind").cast(pl.String))


def _asked(
    columns: Any,  # noqa: ANN401 - a column collection
    whose: Whose,
    years: Iterable[int],
    unit: str = "school_id",
) -> list[sa.ColumnElement[bool]]:
    """Rows of what was submitted, of the years."""
    return [columns.year.in_(list(years)), columns.basis.in_(BASES), *whose.narrowed(columns, unit)]


def _counts(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    return _keyed(frame).with_columns(pl.col(names).cast(pl.Float64))


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast(dict.fromkeys(KEYS, pl.Int64))


def read_first(
    reader: Reader, whose: Whose, years: Sequence[int], numbers: Mapping[str, Number]
) -> pl.DataFrame:
    """school_id, year and each number (Float64) as it first came, of the schools that have changed its form since; totals only."""
    by_form: dict[str, dict[str, Number]] = {}
    for name, one in numbers.items():
        by_form.setdefault(one.form, {})[name] = one
    return _joined([
        _first(reader, whose, years, *key).cast(dict.fromkeys(key[1], pl.Float64))
        for key in by_form.items()
    ])  # fmt: skip


def _first(
    reader: Reader, whose: Whose, years: Sequence[int], form: str, alike: Mapping[str, Number]
) -> pl.DataFrame:
    c = metadata.tables[f"rollup_{form}"].c
    found = (
        sa.select(c.place_id.label("school_id"), c.year, *(c[one.measure].label(name) for name, one in alike.items()))
        .ext(distinct_on(c.place_id, c.year))
        .where(
            c.rung == int(Rung.SCHOOL), c.cut == "", c.last_load < sa.literal_column(str(FOR_EVER)),
            *_asked(c, whose, years, "place_id"),
        )
        .order_by(c.place_id, c.year, c.first_load)
    )  # fmt: skip
    return _keyed(reader.bulk(found))


def read_partners(reader: Reader, whose: Whose, years: Sequence[int]) -> pl.DataFrame:
    """school_id, year, partners, idle (nothing was exchanged), ended (before the year began): enterprises with agreements."""
    c = metadata.tables["fact_partner"].c
    given = c.masters + c.teachers_sent + c.projects + c.equipment_given
    began: dict[int, date] = {year: year_from(year).first for year in years}
    is_ended = sa.or_(
        sa.false(), *(sa.and_(c.year == year, c.ends_on < day) for year, day in began.items())
    )
    found = (
        sa.select(
            c.school_id, c.year, sa.func.count().label("partners"),
            sa.func.count().filter(given == 0).label("idle"), sa.func.count().filter(is_ended).label("ended"),
        )
        .where(c.agreements > 0, c.last_load == sa.literal_column(str(FOR_EVER)), *_asked(c, whose, years))
        .group_by(c.school_id, c.year)
    )  # fmt: skip
    return _counts(reader.bulk(found), "partners", "idle", "ended")


def read_corrections(reader: Reader, whose: Whose, years: Sequence[int]) -> pl.DataFrame:
    """school_id, year, corrections (submissions after a form's first one), corrected (forms with any), most (of one form)."""
    c = submission.c
    found = (
        sa.select(
            c.school_id, c.year, sa.func.count().label("corrections"),
            sa.func.count(c.form.distinct()).label("corrected"), (sa.func.max(c.revision) - 1).label("most"),
        )
        .where(c.revision > 1, c.year.in_(list(years)), *whose.narrowed(c, "school_id"))
        .group_by(c.school_id, c.year)
    )  # fmt: skip
    return _counts(reader.bulk(found), "corrections", "corrected", "most")
