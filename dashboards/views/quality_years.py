"""The quality of a place's data over the years: the index and its five dimensions, as each year stands today."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboards.element import Element
from dashboards.numbers import academic_year, plain, signed
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.marks import SparkView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import Cell, ColumnView, RowView, TableView, table
from dashboards.views.quality import found
from metrics.quality import Dimension, dimensions, is_in, mean

VIEW = "years"
YEARS = 6  # that are shown, with the one looked at
ON_PHONES = 2  # of them, the newest
Line = dict[int, float]  # year -> 0 to 100; a year that was not asked is not in it


def years_section(visit: Visit, rows: pl.DataFrame) -> Element | None:
    """Each dimension over the years. It is drawn when asked for: every year is counted anew from its ledger."""
    phrases, title = visit.phrases, visit.phrases("quality.years")
    years = _shown(visit)
    if len(years) < 2:
        return None
    if visit.address.view != VIEW:
        more = (
            phrases("quality.years.count", n=len(years)),
            visit.address.to(view=VIEW) + "#years",
        )
        return section(SectionView("years", title, phrases("quality.years.meta"), more=more))
    came = _came(visit, rows, years)
    if len(came) < 2:
        return section(SectionView("years", title), empty(phrases("quality.years.none")))
    return _drawn(visit, came, title)


def _drawn(visit: Visit, came: Mapping[int, pl.DataFrame], title: str) -> Element:
    phrases, years = visit.phrases, sorted(came)
    total, parts = _lines(came)
    heads = (
        ColumnView(phrases("quality.dimension"), kind="text"),
        ColumnView(phrases("quality.trend"), kind="text"),
        *(ColumnView(academic_year(one, visit.lang), narrow=one in years[-ON_PHONES:]) for one in years),
    )  # fmt: skip
    listed = [
        _row(visit, phrases("quality.index"), total, years, is_total=True),
        *(_row(visit, one.label.of(visit.lang), parts[one], years) for one in Dimension),
    ]
    view = SectionView("years", title, say=_said(visit, parts, years), note=phrases("quality.years.note"))  # fmt: skip
    return section(view, table(TableView(title, heads, listed), phrases))


def _shown(visit: Visit) -> list[int]:
    return [year for year in visit.years if year <= visit.year][-YEARS:]


def _came(visit: Visit, rows: pl.DataFrame, years: list[int]) -> dict[int, pl.DataFrame]:
    """The counts of each year in which anything was handed in."""
    each = {year: rows if year == visit.year else found(visit, year) for year in years}
    return {year: one for year, one in each.items() if is_in(one)}


def _lines(came: Mapping[int, pl.DataFrame]) -> tuple[Line, dict[Dimension, Line]]:
    total: Line = {}
    parts: dict[Dimension, Line] = {one: {} for one in Dimension}
    for year, rows in came.items():
        each = dimensions(rows)
        for one, value in each.items():
            parts[one][year] = value
        if (whole := mean(each)) is not None:
            total[year] = whole
    return total, parts


def _row(visit: Visit, name: str, line: Line, years: list[int], *, is_total: bool = False) -> RowView:  # fmt: skip
    cells: list[Cell] = [
        _spark(visit, name, line, years),
        *(CellView(plain(line[year], 1), value=line[year]) if year in line else CellView(symbol="not_applicable") for year in years),
    ]  # fmt: skip
    return RowView(name, cells, kind="total" if is_total else "")


def _spark(visit: Visit, name: str, line: Line, years: list[int]) -> Cell:
    """The line; the last year of all still moves and is drawn hollow."""
    if len(line) < 2:
        return CellView(symbol="not_applicable")
    ends = [f"{academic_year(year, visit.lang)} {plain(line[year], 1)}" for year in (min(line), max(line))]  # fmt: skip
    label = visit.phrases("spark.label", metric=name, values="; ".join(ends))
    return SparkView([line.get(year) for year in years], label, preliminary=years[-1] == visit.years[-1])  # fmt: skip


def _said(visit: Visit, parts: Mapping[Dimension, Line], years: list[int]) -> str:
    """Against the year before, over the dimensions that both were asked for: what they changed by, and the one that moved most."""
    then, now = years[-2:]
    moved = {one: line[now] - line[then] for one, line in parts.items() if then in line and now in line}  # fmt: skip
    before = academic_year(then, visit.lang)
    most = max(moved, key=lambda one: abs(moved[one]))
    if plain(abs(moved[most]), 1) == plain(0, 1):
        return visit.phrases("quality.years.same", before=before)
    name = most.label.of(visit.lang)
    return visit.phrases(
        "quality.years.said", before=before, change=signed(sum(moved.values()) / len(moved), 1),
        dimension=name if visit.lang == "zh" else name.lower(), moved=signed(moved[most], 1),
    )  # fmt: skip
