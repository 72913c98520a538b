"""Released figures as they are given to anybody: open data. By one of two methods, which the table says:

- *withheld*: what the thresholds of publication ask for, and besides all that an official of elsewhere is not shown. Withholding more never tells more; and an
  official who reads what is published finds nothing there that is kept back here.
- *rounded*: every number a multiple of 5 and none withheld, ratios of rounded numbers. That hides persons, not schools: it is refused where any number
  on the way down from the nation is of one or two units, and of amounts, of which one unit may hold most. Each number is rounded along the whole ladder, so
  that it is the same in every table.

Only releases are published, and only whoever is in charge of the nation makes what is published of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from metrics.audience import Audience
from metrics.contributed import contributions, holding_of, sides, table_of
from metrics.disclosure.audiences import THRESHOLDS, AudienceClass, Holding, Thresholds
from metrics.disclosure.rounding import rounded
from metrics.disclosure.settle import Spot
from metrics.disclosure.table import Table
from metrics.errors import NotForPublication, OutOfScope
from metrics.gather import Gatherer
from metrics.measure import measure
from metrics.metric import Metric, Percentile
from metrics.outside import View, extreme
from metrics.plan import Plan
from metrics.question import Answers, Cell, Key, Question, State
from metrics.rollups import Reads
from metrics.selection import select
from metrics.states import Part, parted
from warehouse.ladder import Ladder
from warehouse.places import NATION, Rung

Method = Literal["withheld", "rounded"]
Sums = dict[tuple[int, str], list[float]]  # (place, member) -> each sum of a metric
UNITS = 3  # fewer units are told by a number that is rounded


def published(reader: Reads, audience: Audience, question: Question, method: Method) -> Answers:
    """The cells of a question as anybody may have them. OutOfScope for a reader who is not in charge of the nation; NotForPublication says why not."""
    if (audience.scope.place_id, audience.scope.depth) != (NATION, "records"):
        raise OutOfScope(question.places)
    if any(audience.ladder.rung(place) is Rung.SCHOOL for place in question.places):
        raise NotForPublication("对外发布的表不含单个学校，请选县区及以上的地区", "what is published tells of no single school; choose counties or places above")  # fmt: skip
    anybody = replace(audience, scope=replace(audience.scope, depth="published"), role="analyst")
    cells = dict(measure(reader, anybody, question).cells)
    for part in parted(reader, anybody, question):
        _check(part)
        made = _withheld if method == "withheld" else _rounded
        cells |= made(reader, anybody, part, cells)
    return Answers(question, cells)


def limits() -> Thresholds:
    """The thresholds of what is published: there is nothing that is published without."""
    found = THRESHOLDS[AudienceClass.PUBLICATION]
    if found is None:  # pragma: no cover - declared in audiences.py
        raise LookupError(AudienceClass.PUBLICATION)
    return found


def _check(part: Part) -> None:
    years = [year for year in part.question.years if part.is_closed or not part.chains.get(year)]
    if years:
        listed = ", ".join(map(str, years))
        raise NotForPublication(f"{listed} 学年在这次发布时还没有发布过，请只选已发布的学年", f"{listed} had not been released by then; choose years that were")  # fmt: skip


def _plans(question: Question) -> list[tuple[Plan, int]]:
    return [(one, year) for one, year in select(question.metrics, question.years, question.cut, question.span)[0] if one.reported]  # fmt: skip


def _has_value(cell: Cell) -> bool:
    return cell.state in {State.VALUE, State.ROUNDS_TO_ZERO}


# -- withheld


def _withheld(reader: Reads, anybody: Audience, part: Part, cells: dict[Key, Cell]) -> Iterator[tuple[Key, Cell]]:  # fmt: skip
    """The cells that are withheld from anybody, though officials are shown them."""
    plans = [(one, year) for one, year in _plans(part.question) if not isinstance(one.metric, Percentile)]  # fmt: skip
    view = View(reader, anybody, part.question, plans, limits(), part.chains)
    for one, year in plans:
        hides = view.hidden(one, year)
        for key in (key for key in cells if key.metric == one.metric.name and key.year == year):
            state = hides.get((key.place, key.member))
            if state is not None and _has_value(cells[key]):
                yield key, _without(cells[key], state)


def _without(cell: Cell, state: State) -> Cell:
    return cell._replace(value=None, state=state, numerator=None, denominator=None)


# -- rounded


def _rounded(reader: Reads, anybody: Audience, part: Part, cells: dict[Key, Cell]) -> Iterator[tuple[Key, Cell]]:  # fmt: skip
    """Every cell that has a value, out of rounded sums; percentiles, which are one unit's value, are none of open data."""
    question = part.question
    plans = _plans(question)
    whole = replace(question, places=tuple(_ladder(anybody.ladder, question)))
    gatherer = contributions(reader, whole, [(one, year) for one, year in plans if not isinstance(one.metric, Percentile)])  # fmt: skip
    for one, year in plans:
        known = {key: cell for key, cell in cells.items() if key.metric == one.metric.name and key.year == year}  # fmt: skip
        if one.is_internal:
            continue
        if isinstance(one.metric, Percentile):
            yield from ((key, _without(cell, State.WITHHELD)) for key, cell in known.items() if _has_value(cell))  # fmt: skip
            continue
        sums = _sums(gatherer, one, year, anybody.ladder)
        for key, cell in known.items():
            if _has_value(cell) or cell.state.is_protected:
                yield key, _divided(one.metric, cell, sums[key.place, key.member])


def _ladder(ladder: Ladder, question: Question) -> list[int]:
    """All places from the nation down to the lowest rung that is asked for: what one is rounded to hangs on those beside and above it."""
    lowest = max(ladder.rung(place) for place in question.places)
    found, open_ = dict.fromkeys([NATION]), [NATION]
    while open_:
        below = [
            child
            for place in open_
            for year in question.years
            for child in ladder.children(place, year, question.boundary)
            if ladder.rung(child) <= lowest
        ]
        open_ = [child for child in dict.fromkeys(below) if child not in found]
        found |= dict.fromkeys(open_)
    return [*found]


def _sums(gatherer: Gatherer, one: Plan, year: int, ladder: Ladder) -> Sums:
    """Each sum of a metric, rounded, at every place and member."""
    found: Sums = {}
    for side in sides(gatherer, one, year):
        if any(holding_of(lookups) is Holding.AMOUNT for lookups in side.values()):
            name = one.metric.label
            raise NotForPublication(f"“{name.zh}”含金额、面积或数量，取整不能保护占比大的单位，请改用遮盖", f"{name.en} is of amounts: rounding does not protect a unit that holds most of one; take the way that withholds")  # fmt: skip
        table = table_of(gatherer, side, ladder, year)
        _check_units(table, one.metric)
        values = rounded(table).values.tolist()
        for place in gatherer.question.places:
            for member in side:
                found.setdefault((place, member), []).append(values[table.at[place, Spot(member=member)]])  # fmt: skip
    return found


def _check_units(table: Table, metric: Metric) -> None:
    few = int(np.count_nonzero((table.units > 0) & (table.units < UNITS)))
    if few:
        name = metric.label
        raise NotForPublication(
            f"“{name.zh}”从全国到所选地区有 {few} 格只来自一两所学校，取整不能保护学校；请选更高层级的地区，或改用遮盖",
            f"{name.en}: {few} numbers between the nation and the places chosen are of one or two schools, which rounding does not protect; choose places further up, or the way that withholds",
        )  # fmt: skip


def _divided(metric: Metric, cell: Cell, sums: Sequence[float]) -> Cell:
    """A cell out of rounded sums; of an extreme share of a small group only its class is said."""
    whole = tuple(int(each) for each in sums)
    value, above, below = metric.divide(whole)
    if (lies := extreme(metric, whole, limits())) is not None:
        return _without(cell, lies.state)
    state = State.VALUE if value is not None else State.NOT_APPLICABLE
    return cell._replace(value=value, state=state, numerator=above, denominator=below)
