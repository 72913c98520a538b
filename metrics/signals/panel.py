"""The panel in memory, and one year of it as signals see it: every school's numbers with those of its years before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import polars as pl

from metrics.signals.alike import Alike, Found
from metrics.signals.numbers import CORRECTIONS, FIRST, MIX, NUMBERS, PARTNERS, TOTALS
from metrics.signals.signal import Shown
from warehouse.arrays import Bools, Floats
from warehouse.errors import DeclarationError
from warehouse.panel import KEYS, Whose, read_corrections, read_first, read_panel, read_partners
from warehouse.similar import marked
from warehouse.store import Reader

T = TypeVar("T")
LAGS = 4  # years before that a signal may look at
COUNTED = (*PARTNERS, *CORRECTIONS)
SCHEMA = pl.Schema({
    "school_id": pl.Int64, "mark": pl.Int64, "year": pl.Int64, "code": pl.String, "province": pl.Int64, "unit_kind": pl.String,
    **dict.fromkeys(("school_type", "sponsor", "ownership", "setting", "school_class"), pl.String), **dict.fromkeys(("founded", "last_year", "successor"), pl.Int64),
    **dict.fromkeys((*NUMBERS, *FIRST, *COUNTED, *MIX), pl.Float64),
})  # fmt: skip
MEASURED = (*NUMBERS, *FIRST, *COUNTED)


@dataclass(frozen=True)
class Panel:
    """Rows of SCHEMA: one for each school and year in which it reported anything; null where it did not report a number.

    `found` keeps who is similar to whom, year by year.
    """

    rows: pl.DataFrame
    found: Found = field(default_factory=Found)

    def at(self, year: int) -> Sight:
        """The schools of one year, each number with those of the years before as name__1 to name__4 (null where there is none).

        Numbers of the years before include those of schools that have been merged into this one since; `took_over` says that there are
        such, `students_alone` are the school's own of the year before.
        """
        frame = self.rows.filter(pl.col("year") == year)
        heirs = self.heirs(year)
        for lag in range(1, LAGS + 1):
            before = self._before(year - lag, heirs).rename({name: f"{name}__{lag}" for name in MEASURED})  # fmt: skip
            frame = frame.join(before, on="school_id", how="left", maintain_order="left")
        alone = self.rows.filter(pl.col("year") == year - 1).select("school_id", students_alone="students")  # fmt: skip
        frame = frame.join(alone, on="school_id", how="left", maintain_order="left")
        is_heir = pl.col("school_id").is_in(list(heirs.values()))
        return Sight(self, year, frame.with_columns(took_over=is_heir))

    def heirs(self, year: int) -> dict[int, int]:
        """The school that a school has been merged into by a year, through all that were merged since; of those in the panel."""
        ended = self.rows.filter(pl.col("last_year") < year, pl.col("successor").is_not_null())
        into = dict(ended.select("school_id", "successor").unique().iter_rows())
        return {one: _last(one, into) for one in into}

    def _before(self, year: int, heirs: Mapping[int, int]) -> pl.DataFrame:
        """school_id and every number of an earlier year; a merged school's are added to its heir's."""
        rows = self.rows.filter(pl.col("year") == year).select("school_id", *MEASURED)
        if not heirs:
            return rows
        added = [pl.when(pl.col(n).count() > 0).then(pl.col(n).sum()).alias(n) for n in MEASURED]
        return rows.with_columns(pl.col("school_id").replace(heirs)).group_by("school_id").agg(added)  # fmt: skip


def _last(school: int, into: Mapping[int, int]) -> int:
    """Where a chain of mergers ends; one that runs in a circle ends where it began."""
    passed = {school}
    while (following := into.get(school)) is not None and following not in passed:
        passed.add(following)
        school = following
    return school


@dataclass(frozen=True)
class Sight:
    """One year: `frame` has one row a school; arrays of it have its order."""

    panel: Panel
    year: int
    frame: pl.DataFrame
    _reckoned: dict[Callable[..., Any], Any] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def alike(self) -> Alike:
        """The similar schools of each: those that the page of similar schools names for what was submitted of this year."""
        return self.panel.found.at(self.year, self.frame)

    def once(self, reckon: Callable[[Sight], T]) -> T:
        """What more than one signal needs of a year, reckoned when it is first asked for."""
        if reckon not in self._reckoned:
            self._reckoned[reckon] = reckon(self)
        found: T = self._reckoned[reckon]
        return found

    def number(self, one: str | pl.Expr) -> Floats:
        """A column or expression as an array; NaN where a number is missing or nothing can be divided by."""
        expression = pl.col(one) if isinstance(one, str) else one
        values = self.frame.select(expression.cast(pl.Float64).alias("value")).to_series()
        found = values.to_numpy().astype(np.float64)
        return np.where(np.isfinite(found), found, np.nan)

    def numbers(self, names: Sequence[str | pl.Expr]) -> Floats:
        """Several of them side by side."""
        return np.stack([self.number(name) for name in names], axis=1)

    def history(self, shown: Shown, schools: pl.Series) -> dict[int, tuple[tuple[int, float], ...]]:
        """(year, value) of some schools, this year and up to LAGS before it, oldest first; years without the number left out."""
        is_asked = pl.col("school_id").is_in(schools.to_list())
        known = self.panel.rows.filter(
            is_asked, pl.col("year").is_between(self.year - LAGS, self.year)
        )
        told = known.select(*KEYS, value=shown.number.cast(pl.Float64)).filter(pl.col("value").is_finite())  # fmt: skip
        found = told.sort(KEYS).group_by("school_id", maintain_order=True).agg("year", "value")
        return {
            school: tuple(zip(years, values, strict=True))
            for school, years, values in found.iter_rows()
        }

    def answer(
        self, pieces: Mapping[str, Floats], value: Floats, *, low: Floats | None = None, high: Floats | None = None, **slots: Floats | pl.Series,
    ) -> pl.DataFrame:  # fmt: skip
        """The schools of which the pieces add up to 1 or more: school_id, peers, score, value, low, high, the pieces and the slots.

        A piece of NaN is 0: what cannot be compared raises no doubt. Pieces and slots have different names.
        """
        if both := set(pieces) & set(slots):
            raise DeclarationError(
                f"构成与句中数同名：{both}", f"pieces and slots of one name: {both}"
            )
        nothing = np.full(self.frame.height, np.nan)
        known = {name: np.nan_to_num(each, nan=0.0) for name, each in pieces.items()}
        found = pl.DataFrame({
            "school_id": self.frame["school_id"], "peers": self.alike.members, "score": sum(known.values(), np.zeros(self.frame.height)),
            "value": value, "low": nothing if low is None else low, "high": nothing if high is None else high, **known, **slots,
        })  # fmt: skip
        return found.filter(pl.col("score") >= 1.0, pl.col("value").is_finite())


def speaking(pieces: Mapping[str, Floats]) -> Bools:
    """Where pieces add up to 1 or more: the rows that `answer` may keep."""
    found: Bools = np.nansum(np.stack(list(pieces.values())), axis=0) >= 1.0
    return found


def read(reader: Reader, place_id: int, years: Sequence[int]) -> Panel:
    """The panel of the schools below a place, for these years, as what was submitted stands now; within the reader's scope."""
    return _read(reader, Whose(place_id), sorted(years))


def read_school(reader: Reader, school: int, years: Sequence[int]) -> Panel:
    """The rows of one school."""
    return _read(reader, Whose(school, is_school=True), sorted(years))


def _read(reader: Reader, whose: Whose, years: Sequence[int]) -> Panel:
    rows = read_panel(reader, whose, years, NUMBERS | MIX)
    units = {
        unit: mark for mark, unit in marked(reader, rows["school_id"].unique().to_list()).items()
    }
    rows = rows.with_columns(
        mark=pl.col("school_id").replace_strict(units, default=None, return_dtype=pl.Int64)
    )
    for more in (
        read_first(reader, whose, years, FIRST),
        read_partners(reader, whose, years),
        read_corrections(reader, whose, years),
    ):
        rows = rows.join(more, on=KEYS, how="left")
    return Panel(completed(rows))


def completed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with every column of SCHEMA: what nobody corrected stands as it first came, and a member that no row speaks of is 0."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in rows.columns]  # fmt: skip
    whole = rows.with_columns(missing).cast(SCHEMA)
    marks = pl.coalesce("mark", "school_id")  # what has no mark is ordered by its own number
    members = [
        pl.when(pl.any_horizontal(pl.col(TOTALS[one.form]).is_not_null())).then(pl.col(name).fill_null(0)).otherwise(name).alias(name)
        for name, one in NUMBERS.items() if one.cut
    ]  # fmt: skip
    settled = [pl.coalesce(name, name.removeprefix("first_")).alias(name) for name in FIRST]
    return whole.with_columns(marks, *members, *settled, pl.col(CORRECTIONS).fill_null(0)).select(
        *SCHEMA
    )
