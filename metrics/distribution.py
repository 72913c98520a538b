"""Values of the reporting units below a place: named inside one's own subtree, nameless elsewhere.

Medians and percentiles come from here: they cannot be rolled up, so they are taken over the units, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

from metrics.audience import Audience
from metrics.disclosure import Parts, disclose
from metrics.metric import Percentile
from metrics.plan import plan
from metrics.question import Key, Question, State
from metrics.rollups import Reads
from metrics.units import UnitValue, named_values, nameless_values

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


def distribute(
    reader: Reads, audience: Audience, question: Question, *, is_named: bool = True
) -> Distribution:
    """The distribution of the question's one metric at its one place and year.

    Without `is_named` the units are not told apart, which is faster: for swarms that are binned anyway.
    """
    (name,), (place,), (year,) = question.metrics, question.places, question.years
    depth = audience.depths(question.places)[place]
    one = plan(name, year)
    since = one.metric.since
    if since and year < since and not question.later_law:
        return Distribution((), State.NOT_APPLICABLE)
    key = Key(name, place, year)
    passed = disclose({key: Parts(State.VALUE)}, {place: depth}, {name: one.is_internal})
    if passed[key].state is State.WITHHELD:
        return Distribution((), State.WITHHELD)
    return _distribution(reader, audience, question, is_named=is_named)


def _distribution(
    reader: Reads, audience: Audience, question: Question, *, is_named: bool
) -> Distribution:
    """One place and year, after disclosure has let it pass."""
    (name,), (place,), (year,) = question.metrics, question.places, question.years
    one, ladder = plan(name, year), audience.ladder
    is_published = audience.scope.depth_of(ladder, place) == "published"
    below = [] if is_published else ladder.units(place, year, question.boundary)
    if is_published or (len(below) > MANY and not is_named):
        values = nameless_values(reader, question, one, place, year)
        if values:
            return Distribution(tuple(values), State.VALUE)
        if is_published:
            return Distribution((), State.WITHHELD)
    units = sorted(named_values(reader, question, one, below, year), key=lambda unit: unit.value)
    state = State.VALUE if units else State.NOT_SUBMITTED
    return Distribution(
        tuple(unit.value for unit in units), state, tuple(units) if is_named else ()
    )


def percentiles(
    reader: Reads, audience: Audience, question: Question, gathered: Mapping[Key, Parts]
) -> dict[Key, Parts]:
    """The middle of every percentile asked for, in place of the sums gathered for it."""
    return {
        key: _middled(reader, audience, question, key, parts)
        for key, parts in gathered.items()
        if isinstance(plan(key.metric, key.year).metric, Percentile) and not key.member
    }


def _middled(
    reader: Reads, audience: Audience, question: Question, key: Key, parts: Parts
) -> Parts:
    if parts.state is not State.VALUE:
        return parts
    single = replace(question, metrics=(key.metric,), places=(key.place,), years=(key.year,))
    found = _distribution(reader, audience, single, is_named=False)
    metric = plan(key.metric, key.year).metric
    share = metric.share if isinstance(metric, Percentile) else 50
    return parts._replace(state=found.state, values=(), middle=found.percentile(share))


def percentile(ordered: Sequence[float], share: float) -> float:
    """Linear between the two values around the rank; the median of an even number is their mean."""
    rank = (len(ordered) - 1) * share / 100
    below = floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)
