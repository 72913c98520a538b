"""The nine limits of school conditions as breaches: of the years in which they bind, of what was submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from metrics.examples import MET, judged, value
from metrics.school import AsOf, addressees
from warehouse import law
from warehouse.domains.monitoring import NINE, Conditions
from warehouse.flags import Found, Judgement
from warehouse.ladder import Ladder
from warehouse.law import Addressee, Force, Limit
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.text import Text

SUBMITTED = AsOf(basis="submitted")
FACT = Text("{value}，{bound} {limit}（{unit}）", "{value}, {bound} {limit} ({unit})")
SAID = Text("{title}：{fact}。依据：{basis}。", "{title}: {fact}. By: {basis}.")
BOUNDS = {"floor": Text("应不低于", "at least"), "ceiling": Text("应不高于", "at most")}
UNITS = {
    "m2": Text("平方米", "m²"), "persons": Text("人", "persons"), "ratio": Text("∶1", "to 1"), "CNY": Text("元", "yuan"), "volumes": Text("册", "volumes"),
}  # fmt: skip


def missed(reader: Reader, ladder: Ladder, years: Sequence[int], schools: Sequence[int] | None = None) -> Iterator[Found]:  # fmt: skip
    """A flag for each limit of force `must` that a school misses in a year in which it is in force. `schools` None: all."""
    for year in years:
        if any(law.in_force(code, year) for code in NINE):
            yield from _of_year(reader, ladder, year, schools)


def _of_year(reader: Reader, ladder: Ladder, year: int, schools: Sequence[int] | None) -> Iterator[Found]:  # fmt: skip
    rows = judged(reader, NATION, [year], SUBMITTED.basis).filter(pl.any_horizontal(pl.col(met) == 0 for met in MET))  # fmt: skip
    if schools is not None:
        rows = rows.filter(pl.col("school_id").is_in(list(schools)))
    asked = addressees(reader, ladder, rows["school_id"].to_list(), year, SUBMITTED)
    for row in rows.iter_rows(named=True):
        for code in NINE:
            if not row[f"met_{code}"] and (limit := _binding(code, year, asked[row["school_id"]])):
                yield _flag(row, code, limit)


def _binding(code: str, year: int, of: Addressee) -> Limit | None:
    limit = law.in_force(code, year, of)
    return limit if limit and limit.force is Force.MUST else None


def _flag(row: Mapping[str, int], code: str, limit: Limit) -> Found:
    own = value(code, row)
    decimals = 0 if NINE[code][1] is None else 1
    unit, bound = UNITS[limit.unit], BOUNDS[limit.direction]
    whole = 0 if limit.value == round(limit.value) else 1
    numbers = {"value": f"{own:,.{decimals}f}", "limit": f"{limit.value:,.{whole}f}"}
    fact = Text(*(FACT.of(lang).format(bound=bound.of(lang), unit=unit.of(lang), **numbers) for lang in ("zh", "en")))  # fmt: skip
    said = Text(*(
        SAID.of(lang).format(title=limit.title.of(lang), fact=fact.of(lang), basis=limit.basis.of(lang)) for lang in ("zh", "en")
    ))  # fmt: skip
    needs = [Conditions.needs[part] for part in NINE[code] if part]
    cells = [(need.form, need.measure) for need in needs]
    return Found(
        Judgement.BREACH, row["school_id"], row["year"], f"limit.{code}", limit.force.value, True, 1.0, said,  # noqa: FBT003 - a field
        {"law": code, "title": limit.title, "fact": fact, "value": own, "limit": limit.value, "direction": limit.direction, "unit": unit,
         "decimals": decimals, "parts": [{"label": limit.title, "amount": 1.0, "cells": cells}]},
    )  # fmt: skip
