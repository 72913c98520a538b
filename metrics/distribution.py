"""Values of the reporting units below a place: named inside one's own subtree, nameless elsewhere.

Medians and percentiles come from here: they cannot be rolled up, so they are taken over the units, exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import NamedTuple

from metrics.audience import Audience
from metrics.disclosure.rules import Parts, disclose
from metrics.discovery import metric
from metrics.metric import Metric, Percentile
from metrics.middles import Middles, Over
from metrics.plan import plan
from metrics.question import Key, Question, State
from metrics.rollups import Reads
from metrics.specialty_values import CLASS, by_specialty, is_specialty
from metrics.states import shown_state
from metrics.units import (
    Bulk,
    UnitValue,
    named_values,
    nameless_ranks,
    nameless_values,
    similar_values,
    together,
)
from warehouse.places import NATION
from warehouse.scope import Depth
from warehouse.store import Reader

MANY = 300  # units of which the warehouse hands out sorted values faster than rows


@dataclass(frozen=True)
class Distribution:
    """The units below a place: their values in ascending order, and who they are where that may be seen.

    `state` is WITHHELD where a reader may see an aggregate but there are fewer than ten units, or the
    metric has no nameless form; NOT_SUBMITTED where no unit has a value.
    """

    values: tuple[float, ...]
    state: State
    units: tuple[UnitValue, ...] = ()

    def percentile(self, share: float) -> float | None:
        return percentile(self.values, share) if self.values else None


def spread(
    reader: Reads, audience: Audience, question: Question, over: Over
) -> dict[str, Distribution]:
    """The same of units that are not told apart; of very many whose records the reader sees, as it is kept."""
    (place,) = question.places
    depth = audience.depths(question.places)[place]
    if depth != "records" or len(_below(audience, question)) <= MANY:
        return distribute(reader, audience, question, is_named=False)
    found: dict[str, Distribution] = {}
    for name in question.metrics:
        one = replace(question, metrics=(name,))
        found[name] = _refused(one, name, depth) or _kept_spread(reader, audience, one, over)
    return found


def _kept_spread(reader: Reads, audience: Audience, one: Question, over: Over) -> Distribution:
    (name,) = one.metrics

    def ask() -> tuple[float, ...]:
        return distribute(reader, audience, one, is_named=False)[name].values

    values = over.spread(one, ask)
    return Distribution(values, State.VALUE if values else State.NOT_SUBMITTED)


def distribute(
    reader: Reads, audience: Audience, question: Question, *, is_named: bool = True
) -> dict[str, Distribution]:
    """The distribution of each of the question's metrics at its one place and year.

    Without `is_named` the units are not told apart, which is faster: for swarms that are binned anyway.
    """
    (place,) = question.places
    depth = audience.depths(question.places)[place]
    if depth == "published":
        state = shown_state(reader, question)
        if state is None:
            return {name: Distribution((), State.WITHHELD) for name in question.metrics}
        question = state
    found = {name: _refused(question, name, depth) for name in question.metrics}
    open_ = [name for name, refused in found.items() if refused is None]
    below = _below(audience, question)
    if depth == "published" or (len(below) > MANY and not is_named):
        found |= {name: _nameless(reader, question, name) for name in open_}
    named = [] if depth == "published" else [n for n in open_ if found[n] is None]
    if len(below) > MANY and not is_named:
        found |= _bulk(reader, question, named, below)
        named = [name for name in named if found[name] is None]
    found |= _named(reader, question, named, below, is_named=is_named)
    return {name: each or Distribution((), State.WITHHELD) for name, each in found.items()}


def among(
    reader: Reader, question: Question, marks: Collection[int], depth: Depth
) -> dict[str, Distribution]:
    """The distribution of each metric over marked schools, never named, at the question's one place and year.

    `depth`: how deep the reader sees into all of them. WITHHELD where fewer than ten of them have a value.
    """
    (year,) = question.years
    state = shown_state(reader, question) if depth == "published" else question
    if state is None:
        return {name: Distribution((), State.WITHHELD) for name in question.metrics}
    question = state
    found = {name: _refused(question, name, depth) for name in question.metrics}
    open_ = [plan(name, year) for name, refused in found.items() if refused is None]
    values = similar_values(reader, question, open_, marks, year) if open_ and marks else {}
    found |= {name: Distribution(tuple(each), State.VALUE) for name, each in values.items() if each}
    return {name: each or Distribution((), State.WITHHELD) for name, each in found.items()}


def sums_by_unit(
    reader: Reads, audience: Audience, question: Question
) -> dict[int, tuple[int, ...]] | None:
    """What the question's one metric divides, of each unit below its one place that reported in its one year; the server adds it up.

    None for whoever may not see the records of the place, or the metric's columns.
    """
    (name,), (place,), (year,) = question.metrics, question.places, question.years
    depth = audience.depths(question.places)[place]
    if depth != "records" or _refused(question, name, depth) is not None:
        return None
    below = _below(audience, question)
    return Bulk(plan(name, year), year).sums(reader, question, below, is_whole=place == NATION)


class OfUnits(NamedTuple):
    """A metric of many units: the value of each that has one, those with nothing to divide by; all others have not submitted.

    `state`: why there is nothing at all, else VALUE.
    """

    state: State
    values: Mapping[int, float] = {}
    without: frozenset[int] = frozenset()


def by_unit(
    reader: Reads, audience: Audience, question: Question, member: str = ""
) -> dict[str, OfUnits]:
    """Each of the question's metrics of every unit below its one place, in its one year; of one member of its cut where there is one; a member of
    classes of specialties may be one specialty.

    For records only: of others everything is withheld. One statement a form and year.
    """
    (place,), (year,) = question.places, question.years
    depth = audience.depths(question.places)[place]
    refused = {name: _refused(question, name, depth) for name in question.metrics}
    if depth != "records":
        refused = dict.fromkeys(question.metrics, Distribution((), State.WITHHELD))
    open_ = [name for name, why in refused.items() if why is None]
    plans = [plan(name, year, question.cut, member) for name in open_]
    units, is_whole = _below(audience, question), place == NATION
    if question.cut == CLASS and is_specialty(member):
        sums = by_specialty(reader, question, plans, units, year, member, is_whole=is_whole)
    else:
        sums = together(reader, question, plans, units, year, is_whole=is_whole)
    found = {name: OfUnits(why.state) for name, why in refused.items() if why is not None}
    return found | {one.metric.name: _of_units(one.metric, each) for one, each in zip(plans, sums, strict=True)}  # fmt: skip


def _of_units(metric: Metric, sums: Mapping[int, tuple[int, ...]]) -> OfUnits:
    values = {unit: metric.divide(each).value for unit, each in sums.items()}
    known = {unit: value for unit, value in values.items() if value is not None}
    return OfUnits(State.VALUE, known, frozenset(values.keys() - known.keys()))


def _refused(question: Question, name: str, depth: Depth) -> Distribution | None:
    """Why there is nothing to show of a metric: its law is later, or disclosure withholds it."""
    (place,), (year,) = question.places, question.years
    one = plan(name, year)
    since = one.metric.since
    if since and year < since and not question.later_law:
        return Distribution((), State.NOT_APPLICABLE)
    key = Key(name, place, year)
    passed = disclose({key: Parts(State.VALUE)}, {place: depth}, {name: one.is_internal})
    return Distribution((), State.WITHHELD) if passed[key].state is State.WITHHELD else None


def _below(audience: Audience, question: Question) -> list[int]:
    (place,), (year,) = question.places, question.years
    return audience.ladder.units(place, year, question.boundary)


def _nameless(reader: Reads, question: Question, name: str) -> Distribution | None:
    """Sorted values out of the warehouse's own function, where it has them."""
    (place,), (year,) = question.places, question.years
    values = nameless_values(reader, question, plan(name, year), place, year)
    return Distribution(tuple(values), State.VALUE) if values else None


def _bulk(
    reader: Reads, question: Question, names: list[str], below: list[int]
) -> dict[str, Distribution]:
    """The values of very many units by several metrics, not told apart, which the server adds up."""
    (place,), (year,) = question.places, question.years
    found = {}
    for name in names:
        values = Bulk(plan(name, year), year).values(reader, question, below, is_whole=place == NATION)  # fmt: skip
        state = State.VALUE if values else State.NOT_SUBMITTED
        found[name] = Distribution(tuple(sorted(values)), state)
    return found


def _named(
    reader: Reads, question: Question, names: list[str], below: list[int], *, is_named: bool
) -> dict[str, Distribution]:
    """The values of the units below by several metrics, from rows read together."""
    (year,) = question.years
    found = named_values(reader, question, [plan(name, year) for name in names], below, year)
    return {
        name: _ordered(values, is_named=is_named) for name, values in zip(names, found, strict=True)
    }


def _ordered(values: list[UnitValue], *, is_named: bool) -> Distribution:
    units = sorted(values, key=lambda unit: unit.value)
    state = State.VALUE if units else State.NOT_SUBMITTED
    return Distribution(
        tuple(unit.value for unit in units), state, tuple(units) if is_named else ()
    )


def percentiles(
    reader: Reads, audience: Audience, question: Question, gathered: Mapping[Key, Parts], over: Over | None = None
) -> dict[Key, Parts]:  # fmt: skip
    """The middle of every percentile asked for, in place of the sums gathered for it. Percentiles of one value share its distribution.

    `over`: what is kept.
    """
    asked: dict[str, Percentile] = {}
    for name in question.metrics:
        declared = metric(name)
        if isinstance(declared, Percentile):
            asked[name] = declared
    known: dict[tuple[Metric, int | None, int, int], Middles] = {}
    shares = tuple(sorted({one.share for one in asked.values()}))
    found = {}
    for key, parts in gathered.items():
        one = asked.get(key.metric)
        if one is None or key.member:
            continue
        found[key] = parts
        if parts.state is State.VALUE:
            alike = (one.of, one.since, key.place, key.year)
            if alike not in known:
                single = replace(question, metrics=(key.metric,), places=(key.place,), years=(key.year,))  # fmt: skip
                known[alike] = _kept(reader, audience, single, shares, over)
            state, middles = known[alike]
            found[key] = parts._replace(state=state, values=(), middle=middles[one.share])
    return found


def _kept(
    reader: Reads, audience: Audience, question: Question, shares: tuple[int, ...], over: Over | None
) -> Middles:  # fmt: skip
    """Percentiles as they are kept, or asked for."""

    def ask() -> Middles:
        return _middles(reader, audience, question, shares)

    (place,) = question.places
    depth = audience.depths(question.places)[place]
    return over.middles(question, depth, shares, ask) if over is not None else ask()


def _middles(reader: Reads, audience: Audience, question: Question, shares: Sequence[int]) -> Middles:  # fmt: skip
    """Percentiles of the question's one metric; where units are not told apart, the warehouse tells two values for each, not all."""
    (name,), (place,), (year,) = question.metrics, question.places, question.years
    depth = audience.depths(question.places)[place]
    is_nameless = depth == "published" or len(_below(audience, question)) > MANY
    if is_nameless and _refused(question, name, depth) is None:
        ranks = nameless_ranks(reader, question, plan(name, year), place, year, shares)
        if ranks is not None:
            n, ends = ranks
            pairs = zip(shares, ends[::2], ends[1::2], strict=True)
            return Middles(State.VALUE, {share: _between(low, high, n, share) for share, low, high in pairs})  # fmt: skip
    of = distribute(reader, audience, question, is_named=False)[name]
    return Middles(of.state, {share: of.percentile(share) for share in shares})


def percentile(ordered: Sequence[float], share: float) -> float:
    """Linear between the two values around the rank; the median of an even number is their mean."""
    below = floor((len(ordered) - 1) * share / 100)
    above = min(below + 1, len(ordered) - 1)
    return _between(ordered[below], ordered[above], len(ordered), share)


def _between(low: float, high: float, n: int, share: float) -> float:
    rank = (n - 1) * share / 100
    return low + (high - low) * (rank - floor(rank))
