"""Schools taken as examples (培育标杆): those that lead in school conditions and those that improved most, each with evidence that opens."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.element import Element
from dashboards.numbers import academic_year, plain, signed
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import wording
from dashboards.views.nine import title, value_metric
from metrics.examples import (
    FIRST_YEAR,
    Improved,
    Leading,
    complete_year,
    doubted,
    improved,
    judged,
    leading,
)
from metrics.quality import checked_schools
from metrics.rollout import LEAST, Risen, risen
from warehouse.law import Limit
from warehouse.places import NATION

MOST = 8  # schools of a kind
OF_ONE = 3  # limits named of one school


def schools_section(visit: Visit) -> Element:
    """The schools of the newest complete year: leading, improved, and in a province those whose data improved."""
    phrases, here = visit.phrases, visit.address.place or NATION
    year = complete_year(visit.reader, visit.audience, here)
    if year is None:
        view = SectionView("schools", phrases("examples.title"), note=phrases("examples.note"))
        return section(view, empty(phrases("examples.no_year")))
    meta = phrases("examples.meta", year=academic_year(year, visit.lang))
    view = SectionView("schools", phrases("examples.title"), meta, note=phrases("examples.note"))
    rows = [*_conditions(visit, here, year), *(_data(visit, here, year) if here != NATION else ())]
    if not rows:
        return section(view, empty(phrases("examples.none")))
    heads = (ColumnView(phrases("examples.school"), kind="text"), ColumnView(phrases("rollout.proof"), kind="text"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _conditions(visit: Visit, here: int, year: int) -> Iterator[RowView]:
    rows = judged(visit.reader, here, range(FIRST_YEAR, year + 1))
    apart = doubted(visit.reader, here, year)
    first = leading(visit.reader, visit.ladder, rows, year, MOST, apart)
    if first:
        yield RowView(visit.phrases("examples.leading"), kind="group")
    for lead in first:
        yield _row(visit, lead.school_id, _leads(visit, lead), value_metric(lead.code).name, year)
    better = improved(visit.reader, visit.ladder, rows, year, MOST, apart)
    if better:
        before = academic_year(year - 1, visit.lang)
        yield RowView(visit.phrases("examples.improved", before=before), kind="group")
    for one in better:
        yield _row(visit, one.school_id, _gained(visit, one), value_metric(one.gains[0].code).name, year)  # fmt: skip


def _data(visit: Visit, here: int, year: int) -> Iterator[RowView]:
    """The schools whose data became better; each leads to its checks."""
    before, now = (checked_schools(visit.reader, here, each, visit.today) for each in (year - 1, year))  # fmt: skip
    listed = risen(before, now)[:MOST]
    if listed:
        yield RowView(visit.phrases("examples.risen", least=LEAST), kind="group")
    for one in listed:
        href = visit.address.on("quality", one.place_id, year=year)
        yield RowView(_name(visit, one.place_id), (CellView(_rose(visit, one, year)),), href, sub=_above(visit, one.place_id))  # fmt: skip


def _row(visit: Visit, school: int, said: str, metric: str, year: int) -> RowView:
    """The row of a school; it opens the school's page in the year, approved figures, with the sheets behind the number."""
    href = visit.address.on("place", school, year=year, basis="approved", metric=metric, source=metric)  # fmt: skip
    return RowView(_name(visit, school), (CellView(said),), href, sub=_above(visit, school))


def _name(visit: Visit, school: int) -> str:
    return visit.ladder.place(school).name(visit.lang)


def _above(visit: Visit, school: int) -> str:
    """At the nation the province, in a province the county."""
    path = visit.ladder.place(school).path[:-1]
    at = path[0] if (visit.address.place or NATION) == NATION else path[-1]
    return _name(visit, at)


def _leads(visit: Visit, one: Leading) -> str:
    return visit.phrases(
        "examples.proof.leading", since=academic_year(one.since, visit.lang), limit=title(one.code).of(visit.lang),
        value=_value(visit, one.code, one.value), bound=_bound(visit, one.code, one.limit), margin=plain(one.margin * 100, 1),
    )  # fmt: skip


def _gained(visit: Visit, one: Improved) -> str:
    """Each limit newly met with both values; the number of the others, and what is still missed."""
    phrases = visit.phrases
    told = [
        phrases(
            "examples.proof.gain", limit=title(gain.code).of(visit.lang), before=_value(visit, gain.code, gain.before),
            now=_value(visit, gain.code, gain.now), bound=_bound(visit, gain.code, gain.limit),
        )
        for gain in one.gains[:OF_ONE]
    ]  # fmt: skip
    if left := len(one.gains) - OF_ONE if len(one.gains) > OF_ONE else 0:
        told.append(phrases("examples.proof.more", n=left))
    end = phrases("examples.proof.missed", n=one.missed) if one.missed else phrases("examples.proof.all")  # fmt: skip
    return phrases("sentence.join").join([*told, end])


def _rose(visit: Visit, one: Risen, year: int) -> str:
    return visit.phrases(
        "rollout.proof.risen", change=signed(one.change, 1), before=plain(one.before, 1), now=plain(one.now, 1),
        year=academic_year(year - 1, visit.lang), this=academic_year(year, visit.lang), dimensions=one.dimensions, n=plain(one.asked),
    )  # fmt: skip


def _value(visit: Visit, code: str, value: float) -> str:
    return wording.written(value_metric(code), value, visit.lang)


def _bound(visit: Visit, code: str, limit: Limit) -> str:
    return wording.limit_text(limit, value_metric(code), visit.lang)
