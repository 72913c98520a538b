"""Sums for every rung of the ladder, computed in Polars: the same functions for one school and for a nation.

Cells: one row per school, cut and member. A climb adds cells up to every place above the school. A place
that is above it under both boundaries gets a `both` row, else one `then` and one `now` row, so a reader of
boundary b adds the rows marked b or both. Cells of a cut that a form keeps for schools alone do not climb.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.form import Form
from warehouse.tables import rolled

CELL = ["unit_kind", "boundary", "basis", "cut", "member"]
PLACE = ["place_id", "rung", *CELL]
KIND = ["basis", "cut", "member"]
SPOT = ["place_id", "rung", "unit_kind", "boundary"]
NOTHING = -(2**63)  # stands for null where a largest value is sought
RARE = 4  # one number in so many is other than 0: the others are passed over

Numbers = NDArray[np.int64]


def school_cells(form: type[Form], rows: pl.DataFrame) -> pl.DataFrame:
    """Accepted rows -> school_id, basis, cut, member, measures: the total and each declared cut.

    In each cut by schools: a school's cells then lie on one page of the table or two, instead of one page each, and yet what is read of all schools of a cut lies together.
    """
    parts = rows.partition_by("basis") or [rows]
    return pl.concat(
        [_cut(form, part, cut) for part in parts for cut in ("", *form.cuts, *form.school_cuts)]
    )


def _cut(form: type[Form], rows: pl.DataFrame, cut: str) -> pl.DataFrame:
    dimensions = cut.split("*") if cut else []
    member = (
        pl.concat_str([form.dimension(name) for name in dimensions], separator="*")
        if cut
        else pl.lit("")
    )
    sums = [_sum(m.name, required=m.required) for m in form.measures()]
    return (
        rows.with_columns(member=member)
        .drop_nulls("member")  # a row that says nothing of a dimension stands in the total alone
        .group_by("school_id", "member")
        .agg(pl.col("basis").first(), *sums)
        .sort("school_id")
        .select(
            "school_id",
            "basis",
            pl.lit(cut).alias("cut"),
            "member",
            *(m.name for m in form.measures()),
        )
    )


def _sum(name: str, *, required: bool) -> pl.Expr:
    """A sum that stays null when nothing was reported: missing is not zero."""
    total = pl.col(name).sum()
    return total if required else pl.when(pl.col(name).count() > 0).then(total).alias(name)


def school_rows(form: type[Form], cells: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame:
    """The rows of the lowest rung. The school is its own only contribution, so no largest ones are written.

    `kinds`: school_id, unit_kind.
    """
    return cells.join(kinds, on="school_id", maintain_order="left").select(
        pl.col("school_id").alias("place_id"),
        pl.lit(4, pl.Int64).alias("rung"),
        "unit_kind",
        pl.lit("both").alias("boundary"),
        "basis",
        "cut",
        "member",
        pl.lit(1, pl.Int64).alias("units"),
        *(expression for m in form.measures() for expression in _alone(m.name)),
    )


def _alone(name: str) -> list[pl.Expr]:
    value, first, second = rolled(name)
    return [pl.col(value), *(pl.lit(None, pl.Int64).alias(top) for top in (first, second))]


def climb(form: type[Form], cells: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """Cells added up to every place above. `chain`: school_id, unit_kind, place_id, rung, boundary.

    Rows of one place and cell are brought together by one sort of one number and then added in one pass a
    measure: top_k in a grouping costs ten times as much.
    """
    cells = _climbing(form, cells)
    spots = _numbered(chain, SPOT, "spot")
    kinds = _numbered(cells, KIND, "kind")
    above = chain.join(spots, on=SPOT).select("school_id", "spot")
    keys, found = _ordered(cells, kinds, above)
    starts, lengths = _runs(keys)
    runs = np.repeat(np.arange(len(starts)), lengths)
    sums = [c for m in form.measures() for c in _added(cells[m.name][found], starts, runs)]
    spot, kind = np.divmod(keys[starts], max(kinds.height, 1))
    return pl.concat(
        [
            spots[spot].drop("spot"),
            kinds[kind].drop("kind"),
            pl.DataFrame([pl.Series("units", lengths, pl.Int64), *sums]),
        ],
        how="horizontal",
    ).select(*PLACE, "units", *(column.name for column in sums))


def _ordered(
    cells: pl.DataFrame, kinds: pl.DataFrame, above: pl.DataFrame
) -> tuple[Numbers, Numbers]:
    """Each cell at each place above it: one number of place and kind, in order, and the row of the cell."""
    placed = (
        cells.select("school_id", *KIND)
        .join(kinds, on=KIND, how="left", maintain_order="left")
        .select("school_id", "kind")
        .with_row_index("cell")
        .join(above, on="school_id")
    )
    keys = placed.select(pl.col("spot").cast(pl.Int64) * kinds.height + pl.col("kind")).to_series().to_numpy()  # fmt: skip
    order = np.argsort(keys)
    return keys[order], placed["cell"].to_numpy()[order]


def _climbing(form: type[Form], cells: pl.DataFrame) -> pl.DataFrame:
    """The cells that are added up above their school."""
    return cells.filter(~pl.col("cut").is_in(form.school_cuts)) if form.school_cuts else cells


def _numbered(frame: pl.DataFrame, columns: list[str], number: str) -> pl.DataFrame:
    """The distinct values of some columns, numbered."""
    return frame.select(columns).unique(maintain_order=True).with_row_index(number)


def _runs(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Where each run of equal numbers starts, and how many it has."""
    is_start = np.ones(len(keys), dtype=bool)
    is_start[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(is_start)
    return starts, np.diff(starts, append=len(keys))


def _added(values: pl.Series, starts: Numbers, runs: Numbers) -> list[pl.Series]:
    """Sum, largest and second largest of each run of values; a run of nothing but null has no largest. `runs`: the run of each value."""
    names = rolled(values.name)
    if values.is_empty():
        return [pl.Series(name, [], pl.Int64) for name in names]
    if (some := _rare(values)) is not None:
        return [pl.Series(n, v) for n, v in zip(names, _added_rare(*some, runs, len(starts)), strict=True)]  # fmt: skip
    first, second = _largest(values.fill_null(NOTHING).to_numpy(), starts, runs)
    total = np.add.reduceat(values.fill_null(0).to_numpy(), starts)
    columns = [pl.Series(n, v) for n, v in zip(names, (total, first, second), strict=True)]
    return (
        [c.set(pl.Series(c == NOTHING), None) for c in columns] if values.has_nulls() else columns
    )


def _largest(given: Numbers, starts: Numbers, runs: Numbers) -> tuple[Numbers, Numbers]:
    """The largest and second largest of each run; 0 is second where there is but one."""
    first = np.maximum.reduceat(given, starts)
    is_first = given == first[runs]
    below = np.maximum.reduceat(np.where(is_first, NOTHING, given), starts)
    is_shared = np.add.reduceat(is_first, starts, dtype=np.int64) > 1
    return first, np.where(is_shared, first, np.where(below == NOTHING, 0, below))


def _rare(values: pl.Series) -> tuple[Numbers, Numbers] | None:
    """Where the numbers other than 0 stand, and what they are, if they are few and none is missing or below 0."""
    if values.has_nulls():
        return None
    given = values.to_numpy()
    found = np.flatnonzero(given)
    if len(found) * RARE > len(given) or (given[found] < 0).any():
        return None
    return found, given[found]


def _added_rare(found: Numbers, given: Numbers, runs: Numbers, n: int) -> list[Numbers]:
    """The same of numbers that are 0 but for few: those few alone are added up. `n`: how many runs there are."""
    starts, lengths = _runs(runs[found])
    columns = [np.zeros(n, dtype=np.int64) for _ in range(3)]
    if len(found):
        first, second = _largest(given, starts, np.repeat(np.arange(len(starts)), lengths))
        there = runs[found][starts]
        for column, sums in zip(columns, (np.add.reduceat(given, starts), first, second), strict=True):  # fmt: skip
            column[there] = sums
    return columns


def change(
    form: type[Form], before: pl.DataFrame, after: pl.DataFrame, chain: pl.DataFrame
) -> pl.DataFrame:
    """What a submission changes above its schools: deltas by place and cell, and the contributions that moved.

    Columns: PLACE, units and each measure as differences; <m>__first and <m>__second the two largest new
    contributions; <m>__was the largest old contribution among those that changed.
    """
    names = [m.name for m in form.measures()]
    before, after = _climbing(form, before), _climbing(form, after)
    moved = before.join(after, on=["school_id", *KIND], how="full", coalesce=True, suffix="__new")
    kept = moved.select(
        "school_id",
        "basis",
        "cut",
        "member",
        (
            pl.col(f"{names[0]}__new").is_not_null().cast(pl.Int64)
            - pl.col(names[0]).is_not_null().cast(pl.Int64)
        ).alias("units"),
        *(pl.col(n).fill_null(0).alias(f"{n}__old") for n in names),
        *(pl.col(f"{n}__new").fill_null(0) for n in names),
    )
    return (
        kept.join(chain, on="school_id")
        .group_by(PLACE)
        .agg(pl.col("units").sum(), *(e for n in names for e in _moved(n)))
    )


def _moved(name: str) -> list[pl.Expr]:
    new, old = pl.col(f"{name}__new"), pl.col(f"{name}__old")
    value, first, second = rolled(name)
    other = new.filter(old != new)  # what is as before stands among the current tops already
    return [
        (new.sum() - old.sum()).alias(value),
        other.max().fill_null(0).alias(first),
        (other.top_k(2).sum() - other.max()).fill_null(0).alias(second),
        old.filter(old != new).max().fill_null(0).alias(f"{name}__was"),
    ]


def merge(
    form: type[Form], current: pl.DataFrame, delta: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Current rollup rows plus deltas -> (new rows, PLACE of the rows whose tops must be counted afresh).

    The two largest contributions follow from the delta alone unless a school that changed may itself have
    been one of them.
    """
    names = [m.name for m in form.measures()]
    keys = PLACE
    both = delta.join(
        current.select(*keys, "units", *(c for n in names for c in rolled(n))),
        on=keys,
        how="left",
        suffix="__now",
    )
    stale = pl.any_horizontal(
        (pl.col(f"{n}__was") > 0)
        & (pl.col(f"{n}__was") >= pl.col(f"{n}__second__now").fill_null(0))
        for n in names
    )
    merged = both.select(
        *keys,
        (pl.col("units") + pl.col("units__now").fill_null(0)).alias("units"),
        *(e for n in names for e in _merged(n)),
        stale.alias("stale"),
    )
    afresh = merged.filter(pl.col("stale") & (pl.col("units") > 0)).select(keys)
    return merged.drop("stale"), afresh


def _merged(name: str) -> list[pl.Expr]:
    value, first, second = rolled(name)
    tops = pl.concat_list(
        *(pl.col(c).fill_null(0) for c in (first, second, f"{first}__now", f"{second}__now"))
    )
    ordered = tops.list.sort(descending=True)
    return [
        (pl.col(value) + pl.col(f"{value}__now").fill_null(0)).alias(value),
        ordered.list.get(0).alias(first),
        ordered.list.get(1).alias(second),
    ]
