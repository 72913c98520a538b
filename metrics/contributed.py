"""Who stands behind the numbers of rollups: sums at places, each with how many units contributed and the two largest contributions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from metrics.disclosure.audiences import Holding
from metrics.disclosure.settle import Rest, Spot, Where, closed
from metrics.disclosure.table import Facts, Mask, Table, make
from metrics.gather import Gatherer
from metrics.metric import UNITS
from metrics.plan import Lookup, Plan, plan
from metrics.question import Question
from metrics.rollups import Reads, Row, Want, Wish, read, wants
from warehouse.discovery import form as form_named
from warehouse.form import PERSON_TIMES, PERSONS
from warehouse.ladder import Ladder

Selected = Sequence[tuple[Plan, int]]


def contributions(reader: Reads, question: Question, plans: Selected) -> Gatherer:
    """The rows behind some plans, each measure with its two largest contributions."""
    needed = _with_contributions(wants(plans, cut=question.cut, is_covered=False))
    (found,) = read(reader, [Wish(question, needed)], add=joined)
    return Gatherer(found, question)


def sides(gatherer: Gatherer, one: Plan, year: int) -> list[dict[str, tuple[Lookup, ...]]]:
    """Each sum of a metric, by member of the question's breakdown: '' is the total."""
    name, cut = one.metric.name, gatherer.question.cut
    plans = {"": one} | {m: plan(name, year, cut, m) for m in gatherer.members(one, year)}
    return [{m: each.sums[at] for m, each in plans.items()} for at in range(len(one.sums))]


def table_of(gatherer: Gatherer, side: Mapping[str, tuple[Lookup, ...]], ladder: Ladder, year: int) -> Table:  # fmt: skip
    """One sum at every place of the question by every member, with all sums among them; the keys are (place, spot) and rests."""
    question = gatherer.question
    above = {place: ladder.parent(place, year, question.boundary) for place in question.places}
    cells: dict[Where, Facts] = {
        (place, Spot(member=member)): facts(gatherer, lookups, place, year)
        for place in question.places
        for member, lookups in side.items()
    }
    return make(cells, list(closed(above, cells)))


def rests_of(table: Table) -> Mask:
    """What is listed nowhere and can only be subtracted."""
    return table.mask(w for w in table.keys if isinstance(w, tuple) and isinstance(w[0], Rest))


def holding_of(lookups: Iterable[Lookup]) -> Holding:
    """What a sum counts: persons where any part of it does."""
    units = {None if each.measure == UNITS else form_named(each.form).columns[each.measure].unit for each in lookups}  # fmt: skip
    if units & {PERSONS, PERSON_TIMES}:
        return Holding.PERSONS
    return Holding.UNITS if units == {None} else Holding.AMOUNT


def facts(gatherer: Gatherer, lookups: tuple[Lookup, ...], place: int, year: int) -> Facts:
    """A sum at a place and who contributed. Of several columns or members the largest contribution is not known (nan): dominance is not judged,
    and no more units are sure than the most of one of them.
    """
    value = gatherer.total(lookups, place, year)
    if not value:
        return Facts(0.0, 0, 0.0, 0.0)
    behind = [_behind(gatherer, lookup, pair, place, year) for lookup in lookups for pair in _pairs(lookup)]  # fmt: skip
    units = max(each.units for each in behind)
    if len(behind) > 1:
        return Facts(float(value), units)
    return Facts(float(value), units, behind[0].first, behind[0].second)


def _pairs(lookup: Lookup) -> list[tuple[str, str]]:
    return list(dict.fromkeys((cut, member) for cut, member, _ in lookup.rows))


def _behind(gatherer: Gatherer, lookup: Lookup, pair: tuple[str, str], place: int, year: int) -> Facts:  # fmt: skip
    """The contributions to one cell of a rollup: schools and attached classes are units apart."""
    cells = gatherer.rows.get((lookup.form, place, year - lookup.years_back), {})
    rows = [cells[row] for row in lookup.rows if row[:2] == pair and row in cells]
    units = sum(row[0] or 0 for row in rows)
    if lookup.measure == UNITS:
        return Facts(units, units, 1, 1)
    at = gatherer.columns[lookup.form][lookup.measure]
    largest = sorted((row[n] or 0 for row in rows for n in (at + 1, at + 2)), reverse=True)
    first, second = [*largest, 0, 0][:2]
    return Facts(0, units, first, second)


def _with_contributions(needed: Mapping[str, Want]) -> dict[str, Want]:
    """What is read of each form, every measure followed by its two largest contributions."""
    found = {}
    for form, want in needed.items():
        measures = dict.fromkeys(n for m in want.measures for n in (m, f"{m}__first", f"{m}__second"))  # fmt: skip
        found[form] = Want(measures, want.cuts, want.members, want.years, want.open_cuts)
    return found


def joined(one: Row, other: Row) -> Row:
    """Two rows of one cell, of different units: sums added, the two largest contributions of either."""
    found = [(one[0] or 0) + (other[0] or 0)]
    for at in range(1, len(one), 3):
        known = [row for row in (one, other) if row[at] is not None]
        largest = sorted((row[n] or 0 for row in known for n in (at + 1, at + 2)), reverse=True)
        found += [sum(row[at] for row in known) if known else None, *[*largest, 0, 0][:2]]
    return found
