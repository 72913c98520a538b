"""Schools that may be taken as examples (培育标杆) for the conditions they teach in: from approved figures of the newest complete year.

    leading    met all nine limits in every year of approved figures since the law and none of them barely (临界), by how far its closest
               value lies beyond its limit
    improved   met limits that it missed the year before and lost none, because what it has grew: not because students left

The closest of nine values is asked, so that one value typed too large lifts nobody. A school of which a rule found something unusual in
these forms that nobody has explained is not named. The reader must see the place's records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from metrics.audience import Audience
from metrics.measure import measure
from metrics.question import Question
from metrics.ranks import COVERED
from metrics.rollups import BASES
from metrics.school import AsOf, addressees
from warehouse import law
from warehouse.board import inside
from warehouse.domains.monitoring import NINE, Conditions
from warehouse.form import Answer
from warehouse.ladder import Ladder
from warehouse.law import Limit
from warehouse.store import Reader
from warehouse.tables import FOR_EVER, finding, metadata, submission

APPROVED = AsOf(basis="approved")
FIRST_YEAR = 2022  # the law of the nine limits
PARTS = ("students", "full_time_teachers", "land", "buildings", "equipment", "books")
MET = tuple(f"met_{code}" for code in NINE)
# What a school has more of when it meets a limit by its own doing; of the limit on students per teacher, teachers.
HELD = {code: "full_time_teachers" if below == "full_time_teachers" else above for code, (above, below) in NINE.items()}  # fmt: skip


class Leading(NamedTuple):
    """A school that has met all nine limits in every year since `since`; `margin`: the closest value's distance beyond its limit, of the limit."""

    school_id: int
    since: int
    code: str
    limit: Limit
    value: float
    margin: float


class Gain(NamedTuple):
    """One limit that is newly met: the values before and now."""

    code: str
    limit: Limit
    before: float
    now: float


class Improved(NamedTuple):
    """A school that newly met limits and lost none. `missed`: limits it still misses."""

    school_id: int
    gains: tuple[Gain, ...]
    missed: int


def complete_year(reader: Reader, audience: Audience, place_id: int) -> int | None:
    """The newest year of the law whose school conditions are approved for nine units in ten; None where there is none."""
    years = tuple(year for year in audience.ladder.years if year >= FIRST_YEAR)
    asked = Question(metrics=("students_per_teacher", "buildings_per_student", "equipment_per_student"), places=(place_id,), years=years, basis="approved")  # fmt: skip
    found = measure(reader, audience, asked)
    covers = {
        year: min(found.cell(name, place_id, year).coverage or 0.0 for name in asked.metrics)
        for year in years
    }
    return max((year for year, share in covers.items() if share >= COVERED), default=None)


def judged(
    reader: Reader, place_id: int, years: Sequence[int], basis: str = APPROVED.basis, schools: Sequence[int] | None = None
) -> pl.DataFrame:  # fmt: skip
    """school_id, year, the parts and the verdicts (0, 1) of the nine limits of each school below a place; of `schools` alone where they are named."""
    c = metadata.tables["fact_conditions"].c
    measures = ("limits_missed", *PARTS, *MET)
    found = sa.select(c.school_id, c.year, *(c[name] for name in measures)).where(
        c.year.in_(list(years)), c.last_load == FOR_EVER,
        c.basis.in_([int(each) for each in BASES[basis]]), inside(c.school_id, place_id, max(years)),
        *([] if schools is None else [c.school_id.in_(schools)]),
    )  # fmt: skip
    kinds = dict.fromkeys(("school_id", "year", *measures), pl.Int64)
    return reader.frame(found).cast(pl.Schema(kinds)).unique(["school_id", "year"])


def doubted(reader: Reader, place_id: int, year: int) -> set[int]:
    """The schools of which a form behind the nine limits holds something unusual that nobody has explained."""
    c, forms = finding.c, sorted({need.form for need in Conditions.needs.values()})
    found = (
        sa.select(c.school_id)
        .distinct()
        .join(submission, sa.and_(submission.c.submission_id == c.submission_id, submission.c.is_current))
        .where(
            c.year == year, c.answer == Answer.REMARK.value, c.form.in_(forms), sa.func.coalesce(c.explanation, "") == "",
            inside(c.school_id, place_id, year),
        )
    )  # fmt: skip
    return {school for (school,) in reader.rows(found)}


def limits(reader: Reader, ladder: Ladder, schools: Sequence[int], year: int) -> dict[int, Mapping[str, Limit]]:  # fmt: skip
    """The nine limits that the law sets each school; a school is left out where one is not on record."""
    asked = addressees(reader, ladder, schools, year, APPROVED)
    known = {one: law.together(NINE, year, one) for one in set(asked.values())}
    return {school: each for school, one in asked.items() if (each := known[one]) is not None}


def leading(reader: Reader, ladder: Ladder, rows: pl.DataFrame, year: int, most: int, apart: set[int]) -> list[Leading]:  # fmt: skip
    """The schools that lead, the one with most to spare at its closest limit first. `rows`: `judged` of the years up to this one."""
    since = (
        rows.group_by("school_id")
        .agg(pl.col("year").min().alias("since"), pl.col("limits_missed").sum(), pl.len(), pl.col("year").max())
        .filter(pl.col("limits_missed") == 0, pl.col("year") == year, pl.col("len") == year - pl.col("since") + 1)
    )  # fmt: skip
    always = {school: first for school, first in since.select("school_id", "since").iter_rows() if school not in apart}  # fmt: skip
    asked = limits(reader, ladder, sorted(always), year)
    found = []
    for row in rows.filter(pl.col("year") == year, pl.col("school_id").is_in(list(asked))).to_dicts():  # fmt: skip
        school = row["school_id"]
        closest = min(asked[school], key=lambda code: margin(asked[school][code], value(code, row)))
        limit, own = asked[school][closest], value(closest, row)
        if limit.is_near(own):
            continue
        found.append(Leading(school, always[school], closest, limit, own, margin(limit, own)))
    return sorted(found, key=lambda one: (-one.margin, one.school_id))[:most]


def improved(reader: Reader, ladder: Ladder, rows: pl.DataFrame, year: int, most: int, apart: set[int]) -> list[Improved]:  # fmt: skip
    """The schools that newly met most limits since the year before, by what they have. `rows`: `judged` of both years."""
    now, then = ({row["school_id"]: row for row in rows.filter(pl.col("year") == y).to_dicts()} for y in (year, year - 1))  # fmt: skip
    gained = {
        school: codes
        for school, row in now.items()
        if school in then and school not in apart and (codes := _gained(then[school], row))
    }
    asked = limits(reader, ladder, sorted(gained), year)
    found = [
        Improved(
            school, tuple(Gain(code, asked[school][code], value(code, then[school]), value(code, now[school])) for code in codes),
            now[school]["limits_missed"],
        )
        for school, codes in gained.items() if school in asked
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-len(one.gains), one.missed, one.school_id))[:most]


def _gained(then: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """The limits newly met because what the school has grew; none where it lost one."""
    if any(then[met] > now[met] for met in MET):
        return []
    return [code for code in NINE if then[f"met_{code}"] < now[f"met_{code}"] and then[HELD[code]] < now[HELD[code]]]  # fmt: skip


def value(code: str, row: Mapping[str, int]) -> float:
    above, below = NINE[code]
    return row[above] / (row[below] if below else 1)


def margin(limit: Limit, own: float) -> float:
    """How far a value lies beyond a limit, as a share of it: 0.1 is a tenth more than asked, or of a ceiling a tenth less."""
    apart = limit.value - own if limit.direction == "ceiling" else own - limit.value
    return apart / limit.value
