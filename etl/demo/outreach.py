"""What a school does beyond its own classrooms in one year: enterprises, training of others, publicity, orders carried out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from etl.demo.dice import dice
from etl.demo.long import long, series, whole
from etl.demo.means import Means
from etl.demo.pupils import Pupils
from etl.demo.students import Cells
from etl.demo.targets import FIRST
from etl.demo.units import Units
from warehouse.arrays import Bools, Floats, Ints
from warehouse.official_numbers import complete_credit_code

__all__ = ["joint_training", "partner", "publicity", "rectification", "training"]

NOBODY = "0"
INDUSTRIES = np.array(list("CIFGHOQRAEJLMP"), object)
LIKELY = np.array(
    [0.34, 0.13, 0.1, 0.09, 0.08, 0.07, 0.05, 0.03, 0.03, 0.03, 0.02, 0.01, 0.01, 0.01]
)
SCALES = np.array(["large", "medium", "small", "micro"], object)


def partner(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit and enterprise; agreements last some years. A unit without any says so in one row."""
    lasting, fresh = dice(units.seed, "partner"), dice(units.seed, "partner", year)
    n = len(units)
    number = lasting.poisson(np.clip(pupils.stock(2022) / 420, 0.4, 12)) * (
        lasting.random(n) > 0.03
    )
    unit = np.repeat(np.arange(n), number)
    begun = FIRST - 4 + whole(lasting.random(unit.size) * 9)
    lasts = 3 + whole(lasting.random(unit.size) * 3)
    traits = {"industry": lasting.choice(INDUSTRIES, unit.size, p=LIKELY), "scale": lasting.choice(SCALES, unit.size, p=[0.15, 0.3, 0.42, 0.13]),
              "integrated": np.where(lasting.random(unit.size) < 0.11, "yes", "no")}  # fmt: skip
    running = (begun + (year - begun) // lasts * lasts, lasts)
    here = (begun <= year) & units.due(year)[unit]
    rows = _described(units, np.flatnonzero(here), unit, traits, running)
    rows = rows.with_columns(_exchanged(fresh, rows.height))
    idle = np.setdiff1d(np.flatnonzero(units.due(year)), unit[here])
    return pl.concat([rows, _nobody(idle, rows)]).sort("unit", maintain_order=True)


def _described(
    units: Units, chosen: Ints, unit: Ints, traits: dict[str, np.ndarray], running: tuple[Ints, Ints]
) -> pl.DataFrame:  # fmt: skip
    """Who the enterprise is, and from when to when its agreement runs."""
    first, lasts = running
    seat = units.of("code")[unit[chosen]]
    codes = [
        complete_credit_code(f"91{province:02}0000MA{at:07}")
        for province, at in zip(seat, chosen, strict=True)
    ]
    signed = [date(int(first[at]), 9, 1) - timedelta(days=int(at) % 300) for at in chosen]
    ends = [date(day.year + int(lasts[at]), 12, 31) for at, day in zip(chosen, signed, strict=True)]
    return pl.DataFrame({
        "unit": unit[chosen], "credit_code": codes, "enterprise": [f"合成企业{at:06}" for at in chosen],
        **{name: series(name, values[chosen]) for name, values in traits.items()}, "signed_on": signed, "ends_on": ends,
    })  # fmt: skip


def _exchanged(fresh: np.random.Generator, rows: int) -> list[pl.Series]:
    """What came of each agreement; of one in twelve nothing did."""
    idle = fresh.random(rows) < 0.08
    gives = fresh.random(rows) < 0.22
    equipment = np.where(gives & ~idle, fresh.lognormal(11.6, 1.0, rows), 0) / 100
    exact = {
        "agreements": np.ones(rows), "masters": fresh.poisson(1.6, rows) * ~idle, "teachers_sent": fresh.poisson(1.9, rows) * ~idle,
        "projects": np.where(idle, 0, 1 + fresh.poisson(0.4, rows)), "equipment_given": whole(equipment) * 100,
    }  # fmt: skip
    return [series(name, whole(values)) for name, values in exact.items()]


def _nobody(idle: Ints, like: pl.DataFrame) -> pl.DataFrame:
    numbers = [c for c, kind in like.schema.items() if kind == pl.Int64 and c != "unit"]
    return pl.DataFrame({"unit": idle}).with_columns(
        pl.lit(NOBODY).alias("credit_code"),
        *(pl.lit(0, pl.Int64).alias(name) for name in numbers),
        *(pl.lit(None, like.schema[c]).alias(c) for c in like.columns if c not in {"unit", "credit_code", *numbers}),
    ).select(like.columns)  # fmt: skip


def joint_training(units: Units, cell: Cells, year: int) -> pl.DataFrame:
    """One row a unit and specialty with order classes or apprentices; units without any write one row of zeros."""
    trades = cell.trades
    lasting, fresh = dice(units.seed, "joint"), dice(units.seed, "joint", year)
    size = trades.unit.size
    students = cell.grade_1 + cell.grade_2 + cell.grade_3 + cell.grade_4
    ordering = lasting.random(size) < 0.2 + 0.012 * (year - FIRST)
    learning = lasting.random(size) < 0.07 + 0.01 * (year - FIRST)
    ordered = whole(np.where(ordering, students * lasting.beta(3, 7, size), 0))
    apprentices = whole(np.where(learning, (students - ordered) * lasting.beta(2, 6, size), 0))
    courses = np.where((ordered > 0) | (apprentices > 0), fresh.poisson(1.6, size), 0)
    some = ((ordered > 0) | (apprentices > 0)) & units.due(year)[trades.unit]
    shown = some | _first_of_others(trades.unit, some, students > 0) & units.due(year)[trades.unit]
    columns = {"order_classes": np.ceil(ordered / 42).astype(np.int64), "order_students": ordered, "apprentices": apprentices,
               "joint_courses": courses}  # fmt: skip
    return pl.DataFrame(
        [pl.Series("unit", trades.unit[shown]), series("specialty", trades.specialty[shown])]
        + [series(name, np.where(some, values, 0)[shown]) for name, values in columns.items()]
    )


def _first_of_others(unit: Ints, some: Bools, able: Bools) -> Bools:
    """The first pair that has anybody of each unit that has no pair among `some`."""
    others = np.flatnonzero(able & ~np.isin(unit, unit[some]))
    _, at = np.unique(unit[others], return_index=True)
    first = np.zeros(unit.size, bool)
    first[others[at]] = True
    return first


AUDIENCES = {  # persons as a share of a school's students, hours each, income each, free of charge
    "employees": (0.26, 36, 320, 0.1), "farmers": (0.1, 24, 90, 0.7), "veterans": (0.02, 60, 400, 0.6), "migrants": (0.06, 32, 150, 0.5),
    "unemployed": (0.03, 40, 210, 0.6), "disabled": (0.008, 36, 120, 0.9), "teachers": (0.03, 40, 500, 0.2),
    "pupils": (0.16, 6, 12, 0.8), "residents": (0.13, 12, 25, 0.8), "others": (0.03, 16, 110, 0.2),
}  # fmt: skip


def training(units: Units, pupils: Pupils, year: int) -> pl.DataFrame:
    """One row a unit and audience that it trains; who trains nobody writes one row of zeros."""
    lasting, fresh = dice(units.seed, "training"), dice(units.seed, "training", year)
    shape = (len(units), len(AUDIENCES))
    share, hours, income, free = (
        np.array(each, float) for each in zip(*AUDIENCES.values(), strict=True)
    )
    busy = (
        lasting.lognormal(-0.3, 0.8, len(units))
        * np.where(units.attached, 0.2, 1.0)
        * 1.05 ** (year - FIRST)
    )
    taught = lasting.random(shape) < np.clip(0.25 + 1.6 * share, 0, 0.85)
    exact = (
        pupils.stock(year)[:, None]
        * busy[:, None]
        * share
        * taught
        * fresh.gamma(12.0, 1 / 12.0, shape)
    )
    persons = whole(exact)
    each = hours * np.clip(lasting.gamma(9.0, 1 / 9.0, shape), 0.3, 3.0)
    at_no_cost = np.minimum(
        whole(persons * np.clip(free * fresh.normal(1, 0.2, shape), 0, 1)),
        np.maximum(persons - 1, 0),
    )
    trainee_hours = whole(persons * each)
    columns = {
        "sessions": np.where(persons > 0, np.maximum(1, whole(persons / 55)), 0), "persons": persons, "free_persons": at_no_cost,
        "trainee_hours": trainee_hours, "trainee_days": np.ceil(trainee_hours / 7).astype(np.int64),
        "certificates": whole(persons * lasting.beta(2, 6, shape) * (hours > 20)),
        "income": whole((persons - at_no_cost) * income * lasting.lognormal(0, 0.3, shape) / 100) * 100,
    }  # fmt: skip
    return _some(long(units, year, columns, audience=list(AUDIENCES)), "persons")


def _some(frame: pl.DataFrame, number: str) -> pl.DataFrame:
    """Rows that count somebody, and the first row of a unit that has none."""
    nothing = pl.col(number).sum().over("unit") == 0
    is_first = pl.int_range(pl.len()).over("unit") == 0
    return frame.filter((pl.col(number) > 0) | (nothing & is_first))


CHANNELS = {"press": (0.5, 900), "broadcast": (0.25, 4000), "web": (30.0, 160), "wechat": (60.0, 420), "video": (28.0, 900),
            "week": (1.2, 500), "open_day": (0.8, 380)}  # fmt: skip
LEVELS = {"school": 0.72, "city": 0.2, "province": 0.07, "nation": 0.01}


def publicity(units: Units, year: int) -> pl.DataFrame:
    """One row a unit, level and channel with anything in it."""
    lasting, fresh = dice(units.seed, "publicity"), dice(units.seed, "publicity", year)
    pairs = [(level, channel) for level in LEVELS for channel in CHANNELS]
    number = np.array([LEVELS[level] * CHANNELS[channel][0] for level, channel in pairs])
    read = np.array([CHANNELS[channel][1] for _, channel in pairs])
    busy: Floats = lasting.lognormal(0.0, 0.6, len(units))[:, None]
    items = fresh.poisson(
        np.where(units.attached, 0.15, 1.0)[:, None] * busy * number * 1.04 ** (year - FIRST)
    )
    reach = whole(items * read * lasting.lognormal(0, 0.5, items.shape))
    frame = long(
        units, year, {"items": items, "reach": reach}, level=[f"{a}*{b}" for a, b in pairs]
    )
    both = pl.col("level").str.split_exact("*", 1)
    told = frame.with_columns(level=both.struct[0], channel=both.struct[1])
    return _some(told.select("unit", "level", "channel", "items", "reach"), "items")


SUBJECTS = (
    "land",
    "buildings",
    "teachers",
    "equipment",
    "books_per_student",
    "internship",
    "hours",
    "staffing",
    "safety",
    "data",
)


def rectification(units: Units, means: Means, year: int) -> pl.DataFrame:
    """One row a unit and subject under an order; a unit without any says so in one row of 'others'."""
    fresh = dice(units.seed, "orders", year)
    shape = (len(units), len(SUBJECTS))
    likely = (
        np.where(means.meets[:, year - FIRST], 0.03, 0.16)[:, None]
        * np.where(units.attached, 0.2, 1.0)[:, None]
    )
    orders = (fresh.random(shape) < likely) * (1 + fresh.poisson(0.2, shape))
    in_time = fresh.binomial(orders, 0.62)
    late = fresh.binomial(orders - in_time, 0.35)
    overdue = fresh.binomial(orders - in_time - late, 0.25)
    frame = long(units, year, {"orders": orders, "closed_in_time": in_time, "closed_late": late, "overdue": overdue},
                 subject=list(SUBJECTS))  # fmt: skip
    listed = _some(frame, "orders")
    none, closed = pl.col("orders") == 0, pl.col("closed_in_time") + pl.col("closed_late") > 0
    return listed.with_columns(
        subject=pl.when(none).then(pl.lit("other")).otherwise("subject"),
        ordered_on=pl.when(~none).then(pl.lit(date(year, 10, 15))),
        due_on=pl.when(~none).then(pl.lit(date(year + 1, 4, 30))),
        evidence=pl.when(closed).then(pl.lit("整改报告及验收记录（合成）")),
    )
