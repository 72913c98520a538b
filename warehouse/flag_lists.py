"""Flags as pages ask for them: of a place and a year, counted by place and by rule, one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa

from warehouse.board import right_below
from warehouse.case_rules import Identity
from warehouse.flag_tables import flag, review_round
from warehouse.flags import REVIEW, Judgement
from warehouse.places import NATION
from warehouse.store import Reader, compiled
from warehouse.tables import load
from warehouse.text import Text

_SINCE = review_round.alias("since")
_LOOKED = load.alias("looked")  # the round that looked at the school last
_LAST = review_round.alias("seen")
_GONE = review_round.alias("gone")
_COLUMNS = (
    *(flag.c[name] for name in ("flag_id", "year", "judgement", "school_id", "rule", "tier", "speaks", "weight")),
    flag.c.said_zh, flag.c.said_en, flag.c.detail, flag.c.first_round, _SINCE.c.ended_at, _LAST.c.ended_at, _GONE.c.ended_at,
)  # fmt: skip
_FROM = (
    flag.join(_SINCE, _SINCE.c.round_id == flag.c.first_round)
    .join(_LOOKED, sa.and_(_LOOKED.c.place_id == flag.c.school_id, _LOOKED.c.form == REVIEW))
    .join(_LAST, _LAST.c.round_id == _LOOKED.c.number)
    .outerjoin(_GONE, _GONE.c.round_id == flag.c.gone_round)
)
_WHOLE = sa.func.sum(flag.c.weight).over(partition_by=flag.c.school_id)


class Flag(NamedTuple):
    """One flag as it stands. `since`, `gone_at`: when rounds ended that first found and missed it; `seen`: that looked at the school last."""

    flag_id: int
    year: int
    judgement: Judgement
    school_id: int
    rule: str
    tier: str
    speaks: bool
    weight: float
    said: Text
    detail: dict[str, Any]
    first_round: int
    since: datetime
    seen: datetime
    gone_at: datetime | None


def identity_of(one: Flag) -> Identity:
    """By what a case knows it."""
    return Identity(one.judgement.value, one.school_id, one.year, one.rule)


class Wanted(NamedTuple):
    """Which flags are asked for. `first_round`: only those that stand since that round; `hints`: single hints, instead of those that speak;
    `gone_round`: those that have not stood any more since that round, instead of those that stand.
    """

    place_id: int
    year: int
    judgement: Judgement
    rule: str = ""
    first_round: int | None = None
    hints: bool = False
    gone_round: int | None = None


def listed(reader: Reader, wanted: Wanted, *, most: int, skipped: int = 0) -> list[Flag]:
    """The flags, those of the school with most weight in all first."""
    asked = (
        sa.select(*_COLUMNS).select_from(_FROM).where(*_which(wanted))
        .order_by(*_order(flag.c, _WHOLE)).limit(most).offset(skipped)
    )  # fmt: skip
    return [_flag(row) for row in reader.rows(asked)]


class Step(NamedTuple):
    """A flag beside another in a list."""

    flag_id: int
    school_id: int


class Between(NamedTuple):
    """Where a flag stands in a list: `at` from 1, of how many, and the flags beside it."""

    at: int
    number: int
    before: Step | None
    after: Step | None


def between(reader: Reader, wanted: Wanted, flag_id: int) -> Between | None:
    """Its place in the order of `listed`; None where the list does not hold it."""
    c = flag.c
    known = sa.select(c.flag_id, c.school_id, c.weight, c.rule, _WHOLE.label("whole")).where(*_which(wanted)).subquery()  # fmt: skip
    order = _order(known.c, known.c.whole)
    beside = [turn(column).over(order_by=order) for turn in (sa.func.lag, sa.func.lead) for column in (known.c.flag_id, known.c.school_id)]  # fmt: skip
    placed = sa.select(
        known.c.flag_id, sa.func.row_number().over(order_by=order).label("at"), sa.func.count().over().label("number"),
        *(one.label(f"beside_{n}") for n, one in enumerate(beside)),
    ).subquery()  # fmt: skip
    for _, at, number, before, before_at, after, after_at in reader.rows(sa.select(placed).where(placed.c.flag_id == flag_id)):  # fmt: skip
        return Between(at, number, Step(before, before_at) if before else None, Step(after, after_at) if after else None)  # fmt: skip
    return None


def _order(columns: Any, whole: Any) -> list[Any]:  # noqa: ANN401 - a column collection, and what a school's flags weigh
    return [whole.desc(), columns.school_id, columns.weight.desc(), columns.rule]


def number_of(reader: Reader, wanted: Wanted) -> int:
    """How many there are."""
    return int(reader.rows(sa.select(sa.func.count()).select_from(flag).where(*_which(wanted)))[0][0])  # fmt: skip


def counted(reader: Reader, place_id: int, year: int, newest: int) -> pl.DataFrame:
    """judgement, place_id (right below, or the school itself), flags, schools, new: of flags that speak; `newest` is the round that new ones stand since."""
    c = flag.c
    child = right_below(c.path, c.school_id, place_id)
    asked = (
        sa.select(
            c.judgement, child.label("place_id"), sa.func.count().label("flags"), sa.func.count(c.school_id.distinct()).label("schools"),
            sa.func.count().filter(c.first_round >= newest).label("new"),
        )
        .where(c.year == year, c.gone_round.is_(None), c.speaks, *_below(place_id)).group_by(c.judgement, child)
    )  # fmt: skip
    return reader.frame(asked).cast({"judgement": pl.String, **dict.fromkeys(("place_id", "flags", "schools", "new"), pl.Int64)})  # fmt: skip


def gone(reader: Reader, place_id: int, year: int, since: int) -> dict[str, int]:
    """Judgement -> how many flags that spoke have not stood any more since a round."""
    c = flag.c
    asked = (
        sa.select(c.judgement, sa.func.count())
        .where(c.year == year, c.gone_round >= since, c.speaks, *_below(place_id)).group_by(c.judgement)
    )  # fmt: skip
    return {judgement: int(number) for judgement, number in reader.rows(asked)}


class Ruled(NamedTuple):
    """What one rule has found. `law`: the entry it rests on, or None."""

    rule: str
    law: str | None
    flags: int
    schools: int


def by_rule(reader: Reader, wanted: Wanted) -> list[Ruled]:
    """The rules of a judgement, the one that touches most schools first."""
    c = flag.c
    schools = sa.func.count(c.school_id.distinct())
    asked = (
        sa.select(c.rule, sa.func.max(c.detail["law"].astext), sa.func.count(), schools)
        .where(*_which(wanted)).group_by(c.rule).order_by(schools.desc(), c.rule)
    )  # fmt: skip
    return [Ruled(*row) for row in reader.rows(asked)]


class Weight(NamedTuple):
    """What the flags of a school weigh together, and how many they are."""

    weight: float
    flags: int


def weights(reader: Reader, wanted: Wanted) -> dict[int, Weight]:
    """School -> what its flags of a judgement weigh together: what `listed` orders schools by."""
    c = flag.c
    asked = sa.select(c.school_id, sa.func.sum(c.weight), sa.func.count()).where(*_which(wanted)).group_by(c.school_id)  # fmt: skip
    return {school: Weight(float(weight), flags) for school, weight, flags in reader.rows(asked)}


_OF_SCHOOL = compiled(
    sa.select(*_COLUMNS).select_from(_FROM)
    .where(
        flag.c.school_id == sa.bindparam("school", type_=sa.Integer), flag.c.year == sa.bindparam("year", type_=sa.SmallInteger),
        flag.c.gone_round.is_(None),
    )
    .order_by(flag.c.judgement, flag.c.speaks.desc(), flag.c.weight.desc(), flag.c.rule)
)  # fmt: skip


def of_school(reader: Reader, school: int, year: int) -> list[Flag]:
    """Every flag of a school and year that stands, the weightiest of each judgement first; those that speak before single hints."""
    return [_flag(row) for row in reader.rows(_OF_SCHOOL, school=school, year=year)]


def one(reader: Reader, flag_id: int) -> Flag | None:
    """A flag by its number, whether it stands or not; None where there is none, or none for this reader."""
    rows = reader.rows(sa.select(*_COLUMNS).select_from(_FROM).where(flag.c.flag_id == flag_id))
    return _flag(rows[0]) if rows else None


def number_of_flag(reader: Reader, identity: Identity) -> int | None:
    """The number of the flag that a case is about; None where it was never reviewed, or for another reader."""
    c = flag.c
    asked = sa.select(c.flag_id).where(
        c.judgement == identity.judgement, c.school_id == identity.school_id, c.year == identity.year, c.rule == identity.rule
    )  # fmt: skip
    return next((row.flag_id for row in reader.rows(asked)), None)


def _which(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    c = flag.c
    narrowed = [
        c.year == wanted.year, c.judgement == wanted.judgement.value, c.speaks.is_(not wanted.hints), *_below(wanted.place_id)
    ]  # fmt: skip
    narrowed.append(c.gone_round.is_(None) if wanted.gone_round is None else c.gone_round >= wanted.gone_round)  # fmt: skip
    if wanted.rule:
        narrowed.append(c.rule == wanted.rule)
    if wanted.first_round is not None:
        narrowed.append(c.first_round >= wanted.first_round)
    return narrowed


def _below(place_id: int) -> list[sa.ColumnElement[bool]]:
    return [] if place_id == NATION else [sa.literal(place_id) == sa.any_(flag.c.path)]


def _flag(row: Any) -> Flag:  # noqa: ANN401 - a row
    flag_id, year, judgement, school, rule, tier, speaks, weight, zh, en, detail, first, since, seen, gone = row  # fmt: skip
    return Flag(flag_id, year, Judgement(judgement), school, rule, tier, speaks, weight, Text(zh, en), detail, first, since, seen, gone)  # fmt: skip
