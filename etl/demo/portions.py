"""A year of a form that is handed in by parts, as the demo ministry's schools hand in each part.

Every measure is divided in the steps of the one that leads it, so that a part of it is never more than that one's part
allows: persons follow courses, days follow persons, hours follow days.
"""

from __future__ import annotations

import polars as pl

from etl.demo.dice import dice
from warehouse.form import Form
from warehouse.parts import parts, whole

__all__ = ["portion"]

LEADS: dict[str, dict[str, str]] = {
    "training": {
        "persons": "sessions", "free_persons": "persons", "trainee_days": "persons", "trainee_hours": "trainee_days",
        "certificates": "persons", "income": "persons",
    },
    "publicity": {"reach": "items"},
    "moral_activity": {"participants": "events", "honoured": "events"},
}  # fmt: skip
"""Form -> measure -> the measure that leads it; one that nobody leads falls where the dice say."""


def portion(frame: pl.DataFrame, form: type[Form], seed: int) -> pl.DataFrame:
    """The rows of one part out of those of the year: what happened in it, or one row of zeros for a unit with nothing."""
    year = whole(form)
    number, of = parts(year).index(form) + 1, len(parts(year))
    chance = pl.Series("chance", dice(seed, "portions", year.name).random(frame.height))
    counted = frame.with_columns(chance)
    for measure in _in_order(year):
        counted = counted.with_columns(_reached(year, measure, number, of))
    names = [column.name for column in year.measures()]
    own = counted.with_columns(
        (pl.col(f"{name}__now") - pl.col(f"{name}__then")).alias(name) for name in names
    ).select(frame.columns)
    happened = own.filter(pl.any_horizontal(pl.col(names) > 0))
    quiet = own.join(happened, on="unit", how="anti").unique("unit", keep="first", maintain_order=True)  # fmt: skip
    return pl.concat([happened, quiet]).sort("unit", maintain_order=True)


def _in_order(form: type[Form]) -> list[str]:
    """The measures, each after the one that leads it."""
    leads = LEADS.get(form.name, {})
    left, done = [column.name for column in form.measures()], list[str]()
    while left:
        ready = [name for name in left if leads.get(name) in (None, *done)]
        done += ready
        left = [name for name in left if name not in ready]
    return done


def _reached(form: type[Form], name: str, number: int, of: int) -> list[pl.Expr]:
    """<name>__then and __now: how much of a measure had happened when the part began, and when it was over."""
    lead = LEADS.get(form.name, {}).get(name)

    def at(step: int, end: str) -> pl.Expr:
        if lead is None:
            return (pl.col(name) * step / of + pl.col("chance")).floor()
        return pl.col(name) * pl.col(f"{lead}__{end}") // pl.max_horizontal(pl.col(lead), 1)

    ends = {"then": at(number - 1, "then"), "now": at(number, "now")}
    return [value.cast(pl.Int64).alias(f"{name}__{end}") for end, value in ends.items()]
