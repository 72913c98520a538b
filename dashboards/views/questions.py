"""Questions as an address asks them: its boundaries, its basis, its law, its moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboards.answers import governor
from dashboards.page import Visit
from metrics.measure import forms_of
from metrics.question import Answers, Question


def question(
    visit: Visit, metrics: Sequence[str], places: Sequence[int], years: Sequence[int]
) -> Question:
    """Metrics at places in years, in the options of the address."""
    address = visit.address
    return Question(
        metrics=tuple(dict.fromkeys(metrics)), places=tuple(places), years=tuple(years),
        boundary=address.bounds, basis=address.basis, later_law=address.law == "later",
    )  # fmt: skip


def ask(
    visit: Visit, metrics: Sequence[str], places: Sequence[int], years: Sequence[int]
) -> Answers:
    """The answers, remembered where they were asked before."""
    return visit.ask(question(visit, metrics, places, years))


def single(visit: Visit, metric: str) -> Question:
    """One metric at the visit's place and year; at an earlier moment, of the loads of that moment."""
    asked = question(visit, (metric,), (visit.address.place or 1,), (visit.year,))
    if not visit.address.asof:
        return asked
    loads = visit.asking.loads
    ruler = governor(visit.ladder, asked.places, loads)
    return replace(asked, load={form: loads[ruler].get(form, 0) for form in forms_of(asked)})
