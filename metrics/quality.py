"""The quality of data as a number: of what was asked, how much passed, by named check; added up first, divided last.

    completeness   submitted   forms handed in, of the forms due
                   rows        rows accepted, of the rows handed in
    timeliness     on_time     submissions received by their day, of those that schools sent themselves
    consistency    agrees      submissions that agree with the school's other forms and years, of those with such a rule
    plausibility   believable  submissions without an unusual value that nobody has explained, of all
    stability      settled     submissions that stand as they first came, of all

A check is what passed over what was asked, each added up over the units of a place before it is divided; a dimension is the mean of
its checks, the index the mean of the dimensions that were asked for anything, out of 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse.board import below, inside, right_below, units_below
from warehouse.calendar import calendar
from warehouse.discovery import asked_forms, submitted_forms
from warehouse.form import Answer, Fields, Form, Rule
from warehouse.moments import begins
from warehouse.places import NATION
from warehouse.store import Compiled, Reader, compiled
from warehouse.tables import finding, submission
from warehouse.text import Text


class Dimension(StrEnum):
    """What may be wrong with data that came in."""

    COMPLETENESS = "completeness"
    TIMELINESS = "timeliness"
    CONSISTENCY = "consistency"
    PLAUSIBILITY = "plausibility"
    STABILITY = "stability"

    @property
    def label(self) -> Text:
        return _DIMENSIONS[self]


_DIMENSIONS = {
    Dimension.COMPLETENESS: Text("完整性", "Completeness"),
    Dimension.TIMELINESS: Text("及时性", "Timeliness"),
    Dimension.CONSISTENCY: Text("一致性", "Consistency"),
    Dimension.PLAUSIBILITY: Text("合理性", "Plausibility"),
    Dimension.STABILITY: Text("稳定性", "Stability"),
}


class Check(NamedTuple):
    """One named check: its dimension, what it is called, what it divides, and how it is repaired."""

    dimension: Dimension
    label: Text
    says: Text
    todo: Text


CHECKS: Mapping[str, Check] = {
    "submitted": Check(
        Dimension.COMPLETENESS, Text("已报送", "Submitted"), Text("已报送（含校内待签字）的报表 ÷ 应报报表", "Forms submitted, signed or not yet, divided by forms due"),
        Text("补报未报的报表。", "Submit the forms that are missing."),
    ),
    "rows": Check(
        Dimension.COMPLETENESS, Text("行被接受", "Rows accepted"), Text("接受行数 ÷ 报送行数", "Rows accepted divided by rows submitted"),
        Text("按回执改正被退回的行。", "Correct the refused rows as the receipts say."),
    ),
    "on_time": Check(
        Dimension.TIMELINESS, Text("按期收到", "On time"),
        Text("期限前收到的报送 ÷ 学校自行报送", "Submissions received by their day divided by those that schools sent themselves"),
        Text("下一期在期限前报送。", "Hand in before the day next time."),
    ),
    "agrees": Check(
        Dimension.CONSISTENCY, Text("表间和年际一致", "Agrees with other forms and years"),
        Text("与本校其他报表、上年报表一致的报送 ÷ 有此类规则的报送", "Submissions that agree with the school's other forms and years divided by those with such a rule"),
        Text("核对两张表，改正其中一张。", "Compare the two forms and correct one."),
    ),
    "believable": Check(
        Dimension.PLAUSIBILITY, Text("异常值已说明", "Unusual values explained"),
        Text("没有未说明异常值的报送 ÷ 报送", "Submissions without an unexplained unusual value divided by submissions"),
        Text("写明异常值的原因，或改正。", "Explain the unusual values or correct them."),
    ),
    "settled": Check(
        Dimension.STABILITY, Text("一次报准", "Stands as it first came"),
        Text("没有更正过的报送 ÷ 报送", "Submissions never corrected divided by submissions"),
        Text("上报前完成校内核对。", "Check inside the school before handing in."),
    ),
}  # fmt: skip

SCHEMA = pl.Schema({"place_id": pl.Int64, "form": pl.String, "check": pl.String, "asked": pl.Int64, "passed": pl.Int64})  # fmt: skip


@cache
def comparing(name: str) -> tuple[str, ...]:
    """The rules of a form that compare it with another form or year."""
    form = submitted_forms()[name]
    return tuple(rule for rule, declared in form.rules.items() if _compares(form, declared))


def _compares(form: type[Form], rule: Rule) -> bool:
    return bool(set(rule.holds(Fields(form)).meta.root_names()) & set(form.refers))


def checked(
    reader: Reader, place_id: int, year: int, today: date, units: Mapping[int, int] | None = None
) -> pl.DataFrame:
    """place_id, form, check, asked, passed for the places right below one (or the school itself), as it stands today.

    `units` are due there (`units_below`): whoever has the ladder in memory need not ask.
    """
    came = _submissions(reader, place_id, year)
    due = units_below(reader, place_id, year) if units is None else pl.DataFrame([*units.items()], _UNITS, orient="row")  # fmt: skip
    return _checks(came, due, _found(reader, place_id, year), year, today)


def checked_schools(reader: Reader, place_id: int, year: int, today: date) -> pl.DataFrame:
    """The same of every unit below a place, `place_id` being the unit: for a province, whose policy is asked of every row."""
    came = _unit_submissions(reader, place_id, year)
    units = came.select("place_id").unique().with_columns(units=pl.lit(1, pl.Int64))
    return _checks(came, units, _found(reader, place_id, year, by_unit=True), year, today)


def _checks(came: pl.DataFrame, units: pl.DataFrame, found: pl.DataFrame, year: int, today: date) -> pl.DataFrame:  # fmt: skip
    forms = pl.LazyFrame({"form": list(asked_forms(year, today))})
    every = (
        units.lazy().join(forms, how="cross").join(came.lazy(), on=["place_id", "form"], how="left")
    )
    told = every.join(found.lazy(), on=["place_id", "form"], how="left").with_columns(pl.col(pl.Int64).fill_null(0))  # fmt: skip
    has_rule = pl.col("form").is_in([name for name in submitted_forms() if comparing(name)])  # fmt: skip
    asked: dict[str, tuple[str | pl.Expr, str | pl.Expr]] = {
        "submitted": ("units", "number"), "rows": ("rows", "accepted"), "on_time": ("own", "on_time"),
        "agrees": (pl.when(has_rule).then("number").otherwise(0), pl.when(has_rule).then(pl.col("number") - pl.col("differing")).otherwise(0)),
        "believable": ("number", pl.col("number") - pl.col("odd")), "settled": ("number", "first"),
    }  # fmt: skip
    parts = [
        told.select("place_id", "form", pl.lit(name).alias("check"), _number(above).alias("asked"), _number(below).alias("passed"))
        for name, (above, below) in asked.items()
    ]  # fmt: skip
    return (
        pl.concat(parts).cast(SCHEMA).filter(pl.col("asked") > 0).collect()
    )  # at once: each step by itself costs more than what it does


def _number(of: str | pl.Expr) -> pl.Expr:
    return pl.col(of) if isinstance(of, str) else of


_UNITS = pl.Schema({"place_id": pl.Int64, "units": pl.Int64})
_COUNTS = Compiled(
    b"SELECT * FROM submission_counts($1, $2, $3, $4)", ("here", "year", "forms", "by_then"), {}
)
_COUNTED = pl.Schema({
    "place_id": pl.Int64, "form": pl.String,
    **dict.fromkeys(("number", "accepted", "rows", "own", "on_time", "first"), pl.Int64),
})  # fmt: skip


def _submissions(reader: Reader, place_id: int, year: int) -> pl.DataFrame:
    """place_id, form: number, accepted, rows, own (sent by schools themselves), on_time of them, first (never corrected)."""
    dues = calendar(reader).dues(year)
    by_then = [begins(day + timedelta(days=1)) for day in dues.values()]
    rows = reader.rows(_COUNTS, here=place_id, year=year, forms=list(dues), by_then=by_then)
    return pl.DataFrame(rows, _COUNTED, orient="row")


def _unit_submissions(reader: Reader, place_id: int, year: int) -> pl.DataFrame:
    """What `submission_counts` counts, of each unit below a place that has handed anything in."""
    c, dues = submission.c, calendar(reader).dues(year)
    is_own = c.approved_load.is_distinct_from(c.first_load)
    ends = sa.case(*((c.form == name, begins(day + timedelta(days=1))) for name, day in dues.items()), else_=None)  # fmt: skip
    found = (
        sa.select(
            c.school_id.label("place_id"), c.form, sa.func.count().label("number"), sa.func.sum(c.rows_accepted).label("accepted"),
            sa.func.sum(c.rows_accepted + c.rows_refused).label("rows"), sa.func.count().filter(is_own).label("own"),
            sa.func.count().filter(is_own, c.received_at < ends).label("on_time"), sa.func.count().filter(c.revision == 1).label("first"),
        )
        .where(c.year == year, c.is_current, inside(c.school_id, place_id, year))
        .group_by(c.school_id, c.form)
    )  # fmt: skip
    return reader.frame(found).cast(_COUNTED)


def _found(reader: Reader, place_id: int, year: int, *, by_unit: bool = False) -> pl.DataFrame:
    """place_id, form: submissions that differ from other forms, and submissions with something odd that nobody explained."""
    asked = _findings(at_nation=place_id == NATION, by_unit=by_unit)
    given = {} if place_id == NATION else {"inside": [place_id]} if by_unit else {"here": place_id, "inside": [place_id]}  # fmt: skip
    kinds = {"place_id": pl.Int64, "form": pl.String, "differing": pl.Int64, "odd": pl.Int64}
    return pl.DataFrame(reader.rows(asked, year=year, **given), kinds, orient="row")


@cache
def _findings(*, at_nation: bool, by_unit: bool) -> Compiled:
    """The statement: it names every rule that compares, and is put together once."""
    c, year = finding.c, sa.bindparam("year", None, sa.SmallInteger)
    here = NATION if at_nation else sa.bindparam("here", None, sa.Integer)
    child = c.school_id if by_unit else right_below(c.path, c.school_id, here)
    is_comparing = sa.tuple_(c.form, c.rule).in_(
        [(name, rule) for name in submitted_forms() for rule in comparing(name)]
    )
    silent = sa.func.coalesce(c.explanation, "") == ""
    distinct = sa.func.count(sa.distinct(c.submission_id))
    narrowed = [] if at_nation else [below(c.school_id, sa.bindparam("inside", None, sa.ARRAY(sa.Integer)), year)]  # fmt: skip
    found = (
        sa.select(
            child.label("place_id"), c.form, distinct.filter(is_comparing).label("differing"),
            distinct.filter(sa.not_(is_comparing), silent).label("odd"),
        )
        .join(submission, sa.and_(submission.c.submission_id == c.submission_id, submission.c.is_current))
        .where(c.year == year, c.answer == Answer.REMARK.value, *narrowed)
        .group_by(sa.literal_column("1"), c.form)
    )  # fmt: skip
    return compiled(found)


# -- what the counts say


Sums = Mapping[str, tuple[int, int]]  # check -> what was asked, and what passed


def is_in(rows: pl.DataFrame) -> bool:
    """Whether anything has been handed in."""
    return bool(rows.filter(pl.col("check") == "submitted")["passed"].sum())


def summed(rows: pl.DataFrame) -> Sums:
    """Each check, added up."""
    added = rows.group_by("check").agg(pl.col("asked").sum(), pl.col("passed").sum())
    return {check: (asked, passed) for check, asked, passed in added.iter_rows()}


def together(parts: Iterable[Sums]) -> Sums:
    """The same of what is added up by place already."""
    found: dict[str, tuple[int, int]] = {}
    for sums in parts:
        for check, (asked, passed) in sums.items():
            before = found.get(check, (0, 0))
            found[check] = (before[0] + asked, before[1] + passed)
    return found


def by_place(rows: pl.DataFrame) -> Mapping[int, Sums]:
    """Each check of each place, added up: few enough to be reckoned with one by one."""
    found: dict[int, dict[str, tuple[int, int]]] = {}
    added = rows.group_by("place_id", "check").agg(pl.col("asked").sum(), pl.col("passed").sum())
    for place, check, asked, passed in added.iter_rows():
        found.setdefault(place, {})[check] = (asked, passed)
    return found


def shares(sums: Sums) -> dict[Dimension, float]:
    """The share of each dimension that was asked for anything, 0 to 100."""
    found: dict[Dimension, float] = {}
    for dimension in Dimension:
        mine = [sums[name] for name, check in CHECKS.items() if check.dimension is dimension and name in sums]  # fmt: skip
        if mine:
            found[dimension] = sum(passed * 100 / asked for asked, passed in mine) / len(mine)
    return found


def mean(parts: Mapping[Dimension, float]) -> float | None:
    """The index: the mean of the dimensions; None where nothing was asked."""
    return sum(parts.values()) / len(parts) if parts else None


def dimensions(rows: pl.DataFrame) -> dict[Dimension, float]:
    """The share of each dimension that was asked for anything, 0 to 100."""
    return shares(summed(rows))


class Repair(NamedTuple):
    """One check of one form: how much the index would gain if everything passed it."""

    form: str
    check: str
    failed: int
    gain: float


def repairs(rows: pl.DataFrame, sums: Sums | None = None) -> list[Repair]:
    """Every repair there is, the one that gains most first. `sums`: of the rows, where they are known."""
    sums = summed(rows) if sums is None else sums
    number = len(shares(sums)) or 1
    beside = {name: sum(1 for other, one in CHECKS.items() if one.dimension is check.dimension and other in sums) for name, check in CHECKS.items()}  # fmt: skip
    failed = rows.group_by("form", "check").agg(failed=(pl.col("asked") - pl.col("passed")).sum())
    found = [
        Repair(form, check, missing, missing * 100 / sums[check][0] / beside[check] / number)
        for form, check, missing in failed.iter_rows()
        if missing
    ]
    return sorted(found, key=lambda one: (-one.gain, one.form, one.check))
