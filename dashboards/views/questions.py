"""Questions as an address asks them: its boundaries, its basis, its law, its moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboards.page import Visit
from metrics.distribution import Distribution
from metrics.question import Answers, Question


def question(
    visit: Visit,
    metrics: Sequence[str],
    places: Sequence[int],
    years: Sequence[int],
    cut: str = "",
) -> Question:
    """Metrics at places in years, broken down by a cut or not, in the options of the address."""
    address = visit.address
    return Question(
        metrics=tuple(dict.fromkeys(metrics)), places=tuple(places), years=tuple(years),
        boundary=address.bounds, basis=address.basis, later_law=address.law == "later",
        cut=cut,
    )  # fmt: skip


def of_span(visit: Visit, metric: str, place: int, years: Sequence[int], span: str) -> Question:
    """One metric at one place, of one part of each year."""
    return replace(question(visit, (metric,), (place,), years), span=span)


def ask(
    visit: Visit, metrics: Sequence[str], places: Sequence[int], years: Sequence[int]
) -> Answers:
    """The answers, remembered where they were asked before."""
    return visit.ask(question(visit, metrics, places, years))


def single(visit: Visit, metric: str, place: int | None = None) -> Question:
    """One metric at one place, the visit's unless another is named, in the visit's year."""
    return question(visit, (metric,), (place or visit.address.place or 1,), (visit.year,))


def spread(
    visit: Visit, metric: str, place: int | None = None, *, is_named: bool = False
) -> Distribution:
    """The units below a place by one metric."""
    return spreads(visit, (metric,), place, is_named=is_named)[metric]


def spreads(
    visit: Visit, metrics: Sequence[str], place: int | None = None, *, is_named: bool = False
) -> Mapping[str, Distribution]:
    """The units below a place by several metrics, read together."""
    here = place or visit.address.place or 1
    asked = question(visit, metrics, (here,), (visit.year,))
    return visit.asking.spread(asked, is_named=is_named)
