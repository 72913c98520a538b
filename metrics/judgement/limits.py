"""The nine limits of school conditions as breaches: of the years in which they bind, of what was submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from metrics.examples import MET, judged, value
from metrics.school import AsOf, addressees
from metrics.signals.panel import LAGS
from warehouse import law
from warehouse.domains.monitoring import NINE, Conditions
from warehouse.flags import Found, Judgement
from warehouse.ladder import Ladder
from warehouse.law import Addressee, Force, Limit
from warehouse.places import NATION
from warehouse.store import Reader
from warehouse.text import Text

Known = Mapping[tuple[int, int], dict[str, int]]  # rows of `judged` by school and year
SUBMITTED = AsOf(basis="submitted")
FACT = Text("{value} {unit}，{bound} {limit} {unit}", "{value} {unit}, {bound} {limit}")
SAID = Text("{title}：{fact}。依据：{basis}。", "{title}: {fact}. By: {basis}.")
BOUNDS = {"floor": Text("应不低于", "at least"), "ceiling": Text("应不高于", "at most")}
UNITS = {
    "m2": Text("平方米", "m²"), "persons": Text("人", "persons"), "ratio": Text(": 1", ": 1"), "CNY": Text("元", "yuan"), "volumes": Text("册", "volumes"),
}  # fmt: skip


def missed(reader: Reader, ladder: Ladder, years: Sequence[int], schools: Sequence[int] | None = None) -> Iterator[Found]:  # fmt: skip
    """A flag for each limit of force `must` that a school misses in a year in which it is in force. `schools` None: all."""
    binding = [year for year in years if any(law.in_force(code, year) for code in NINE)]
    if not binding:
        return
    before = range(min(binding) - LAGS, max(binding) + 1)
    told = judged(reader, NATION, before, SUBMITTED.basis, schools).sort("school_id", "year")
    known = {(row["school_id"], row["year"]): row for row in told.iter_rows(named=True)}
    for year in binding:
        yield from _of_year(reader, ladder, year, known)


def _of_year(reader: Reader, ladder: Ladder, year: int, known: Known) -> Iterator[Found]:
    rows = [row for (_, of), row in known.items() if of == year and any(row[met] == 0 for met in MET)]  # fmt: skip
    asked = addressees(reader, ladder, [row["school_id"] for row in rows], year, SUBMITTED)
    for row in rows:
        for code in NINE:
            if row[f"met_{code}"] == 0 and (limit := _binding(code, year, asked[row["school_id"]])):
                yield _flag(row, code, limit, _history(known, row, code))


def _history(known: Known, row: Mapping[str, int], code: str) -> list[tuple[int, float]]:
    """(year, value) of a school, this year and up to LAGS before it, oldest first."""
    school, year = row["school_id"], row["year"]
    before = (known.get((school, of)) for of in range(year - LAGS, year + 1))
    return [(each["year"], own) for each in before if each and (own := _value(code, each)) is not None]  # fmt: skip


def _value(code: str, row: Mapping[str, int]) -> float | None:
    """The value of one of the nine; None where it could not be reckoned in that year."""
    above, below = NINE[code]
    is_known = row[above] is not None and (below is None or row[below])
    return value(code, row) if is_known else None


def _binding(code: str, year: int, of: Addressee) -> Limit | None:
    limit = law.in_force(code, year, of)
    return limit if limit and limit.force is Force.MUST else None


def _flag(row: Mapping[str, int], code: str, limit: Limit, history: list[tuple[int, float]]) -> Found:  # fmt: skip
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
         "decimals": decimals, "history": history, "parts": [{"label": limit.title, "amount": 1.0, "cells": cells}]},
    )  # fmt: skip
