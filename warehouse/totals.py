"""A school's numbers in other forms and years: what rules compare with and derived forms are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse.discovery import form as named
from warehouse.form import Column, Form, Kind, Part
from warehouse.frames import quoted
from warehouse.locked import Locked, keyed
from warehouse.store import Reader
from warehouse.tables import FOR_EVER, Basis, place

INTEGER: type[pl.DataType] = pl.Int64
PROVINCE = "province"  # of a school, by its id


class Wanted(NamedTuple):
    """A measure's total (or one member of a cut), or an attribute, of each school in one year."""

    form: str
    column: str
    cut: str
    member: str
    year: int


class Source(NamedTuple):
    """The rows of one form that numbers are read from."""

    form: str
    is_measure: bool
    year: int
    cut: str
    member: str


def read_totals(
    reader: Reader, wanted: Mapping[str, Wanted], schools: list[int], basis: Basis = Basis.SUBMITTED
) -> pl.DataFrame:
    """school_id and a column for each number wanted, as it now stands under a basis; null where nothing is in.

    A query for each source, joined here: the server knows nothing yet of a partition that was just filled, and was
    seen to join four of them in a minute instead of a tenth of a second.
    """
    frame = pl.DataFrame({"school_id": schools}, schema={"school_id": pl.Int64})
    sources: dict[Source, dict[str, Wanted]] = {}
    for name, each in wanted.items():
        sources.setdefault(_source(each), {})[name] = each
    for source, alike in sources.items():
        found = reader.frame(
            sa.text(_select(source, alike)), schools=schools, bases=[int(basis), int(Basis.BOTH)],
            year=source.year, cut=source.cut, member=source.member,
        )  # fmt: skip
        kinds = {"school_id": INTEGER, **{name: _kind(each) for name, each in alike.items()}}
        named_so = found.cast(pl.Schema(kinds))
        frame = frame.join(named_so, on="school_id", how="left", maintain_order="left")
    return frame


def context(reader: Reader, form: type[Form], year: int, schools: Sequence[int]) -> pl.DataFrame:
    """school_id and one column for each name in form.refers: numbers of other forms and years, or null.

    A number that each row shows by its key is a list of {key, value}. Where the form has a code that is filed for single provinces, the schools' provinces stand in the column PROVINCE.
    """
    wanted = {
        name: Wanted(t.form, t.measure, t.cut, t.member, year - t.years_back)
        for name, t in form.refers.items()
        if name not in keyed(form)
    }
    found = read_totals(reader, wanted, list(schools))
    for one in keyed(form).values():
        own = _by_key(reader, one, year - one.total.years_back, list(schools))
        found = found.join(own, on="school_id", how="left", maintain_order="left")
    if not any(column.codes and column.codes.added for column in form.columns.values()):
        return found
    provinces = _provinces(reader, schools)
    listed = [provinces.get(school) for school in found["school_id"]]
    return found.with_columns(pl.Series(PROVINCE, listed, dtype=INTEGER))


def province_of(reader: Reader, school: int) -> int | None:
    """The province that a school stands in today."""
    return _provinces(reader, [school]).get(school)


def _provinces(reader: Reader, schools: Sequence[int]) -> dict[int, int]:
    c = place.c
    homes = sa.select(c.place_id, c.path[1]).where(c.place_id.in_(list(schools)))
    return {row[0]: row[1] for row in reader.rows(homes)}


def _by_key(reader: Reader, one: Locked, year: int, schools: list[int]) -> pl.DataFrame:
    """school_id and, under its name, what each school's rows of the owner add up to by key; a school that is not in is left out."""
    key, measure = quoted([one.total.by]), quoted([one.total.measure])
    found = reader.frame(
        sa.text(
            f"SELECT school_id, {key} AS key, sum({measure})::bigint AS value FROM fact_{one.total.form} WHERE year = :year "
            f"AND last_load = {FOR_EVER} AND basis = ANY (:bases) AND school_id = ANY (:schools) GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        year=year, schools=schools, bases=[int(Basis.SUBMITTED), int(Basis.BOTH)],
    )  # fmt: skip
    typed = found.select(pl.col("school_id").cast(INTEGER), pl.struct(pl.col("key").cast(pl.String), pl.col("value").cast(INTEGER)).alias(one.name))  # fmt: skip
    return typed.group_by("school_id", maintain_order=True).agg(one.name)


def _source(each: Wanted) -> Source:
    """What is read once for all numbers that stand in the same rows."""
    is_measure = _column(each).part is Part.MEASURE
    return Source(each.form, is_measure, each.year, each.cut, each.member)


def _select(source: Source, alike: Mapping[str, Wanted]) -> str:
    """The rows of one source, with every number wanted of them under its name."""
    columns = ", ".join(
        f"{quoted([each.column])} AS {quoted([name])}" for name, each in alike.items()
    )
    if source.is_measure:
        return (
            f"SELECT place_id AS school_id, {columns} FROM rollup_{source.form} WHERE year = :year "
            f"AND rung = 4 AND last_load = {FOR_EVER} AND basis = ANY (:bases) AND cut = :cut AND member = :member AND place_id = ANY (:schools)"
        )
    return (
        f"SELECT DISTINCT school_id, {columns} FROM fact_{source.form} WHERE year = :year "
        f"AND last_load = {FOR_EVER} AND basis = ANY (:bases) AND school_id = ANY (:schools) AND :cut = '' AND :member = ''"
    )


def _kind(each: Wanted) -> type[pl.DataType]:
    return pl.String if _column(each).kind is Kind.TEXT else INTEGER


def _column(each: Wanted) -> Column:
    return named(each.form).columns[each.column]
