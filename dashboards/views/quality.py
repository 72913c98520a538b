"""The quality of data: the index, its five dimensions by named check, the places below, and what to repair first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dashboards.element import Element
from dashboards.numbers import academic_year, percentage, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from dashboards.views import chain as words
from metrics.quality import (
    CHECKS,
    Dimension,
    Repair,
    Sums,
    by_place,
    checked,
    mean,
    repairs,
    shares,
    together,
)
from metrics.review import Tally, tally
from warehouse.calendar import calendar
from warehouse.form import Answer

MOST = 12  # repairs and rules that are listed


def found(visit: Visit, year: int) -> pl.DataFrame:
    """The counts of a year (see metrics.quality.checked), as it stands now: each submission and each approval is a load."""
    place = visit.address.place or 1

    def count() -> pl.DataFrame:
        return checked(
            visit.reader, place, year, visit.today, visit.ladder.units_below(place, year)
        )

    if visit.at.moment is not None:
        return count()
    worked = calendar(visit.reader).loaded
    return visit.asking.counted(f"quality|{place}|{year}|{visit.today}|{worked}", count)


@dataclass(frozen=True)
class Counted:
    """What was counted of a year, added up once for all sections."""

    rows: pl.DataFrame

    @cached_property
    def places(self) -> Mapping[int, Sums]:
        """By the places right below."""
        return by_place(self.rows)

    @cached_property
    def sums(self) -> Sums:
        """Of all of them together."""
        return together(self.places.values())

    @cached_property
    def repairs(self) -> list[Repair]:
        return repairs(self.rows, self.sums)


def sentence(visit: Visit, counted: Counted) -> FindingView:
    """The index, the dimension in which most is lost, and the repair that gains most."""
    basis = visit.phrases("quality.about", year=academic_year(visit.year, visit.lang))
    parts = shares(counted.sums)
    total = mean(parts)
    if total is None:
        return FindingView(visit.phrases("quality.none"), basis, automatic=False)
    place = visit.place.name(visit.lang) if visit.place else ""
    worst = min(parts, key=lambda one: parts[one])
    clauses = [visit.phrases("quality.said", place=place, index=percentage(total / 100))]
    if parts[worst] < 100:
        name = worst.label.of(visit.lang)
        clauses.append(
            visit.phrases("quality.said.worst", dimension=name if visit.lang == "zh" else name.lower(), value=percentage(parts[worst] / 100))
        )  # fmt: skip
    for first in counted.repairs[:1]:
        form, check = words.title(visit, first.form), CHECKS[first.check].label.of(visit.lang)
        clauses.append(
            visit.phrases("quality.said.gain", form=form, check=check, gain=plain(first.gain, 1))
        )
    text = visit.phrases("sentence.comma").join(clauses)
    return FindingView(visit.phrases("sentence.end", text=text), basis, automatic=False)


def checks_section(visit: Visit, counted: Counted) -> Element:
    """The named checks under their dimensions."""
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("quality.check"), kind="text"),
        ColumnView(phrases("quality.share"), "%"),
        ColumnView(phrases("quality.failed")),
        ColumnView(phrases("quality.asked"), narrow=False),
    )
    shown = TableView(phrases("quality.checks"), heads, list(_checks(visit, counted.sums)), "wrap")
    view = SectionView("checks", phrases("quality.checks"), width=7)
    return section(view, table(shown, phrases))


def _checks(visit: Visit, sums: Sums) -> Iterator[RowView]:
    parts = shares(sums)
    for dimension in Dimension:
        value = f" {percentage(parts[dimension] / 100)}" if dimension in parts else ""
        yield RowView(f"{dimension.label.of(visit.lang)}{value}", kind="group")
        for name, check in CHECKS.items():
            if check.dimension is dimension:
                yield _check(visit, name, *sums.get(name, (0, 0)))


def _check(visit: Visit, name: str, asked: int, passed: int) -> RowView:
    check = CHECKS[name]
    cells = (
        _percent(asked, passed),
        CellView(plain(asked - passed)),
        CellView(plain(asked)),
    )
    return RowView(check.label.of(visit.lang), cells, sub=check.says.of(visit.lang))


def _percent(asked: int, passed: int) -> CellView:
    if not asked:
        return CellView(symbol="not_applicable")
    return CellView(percentage(passed / asked), value=passed * 100 / asked)


def repairs_section(visit: Visit, counted: Counted) -> Element:
    """What would gain most."""
    phrases = visit.phrases
    view = SectionView("repairs", phrases("quality.repairs"), phrases("quality.repairs.meta"), width=5)  # fmt: skip
    listed = [
        RowView(
            words.title(visit, one.form),
            (
                CellView(plain(one.gain, 2), value=one.gain),
                CellView(plain(one.failed)),
            ),
            sub=visit.phrases(
                "quality.do",
                check=CHECKS[one.check].label.of(visit.lang),
                todo=CHECKS[one.check].todo.of(visit.lang),
            ),
        )
        for one in counted.repairs[:MOST]
    ]
    if not listed:
        return section(view, empty(phrases("quality.nothing")))
    heads = (
        ColumnView(phrases("quality.form"), kind="text"),
        ColumnView(phrases("quality.gain"), phrases("quality.of100"), kind="bar"),
        ColumnView(phrases("quality.failed"), narrow=False),
    )
    return section(view, table(TableView(phrases("quality.repairs"), heads, listed, "wrap", part(len(listed), len(counted.repairs))), phrases))  # fmt: skip


def places_section(visit: Visit, counted: Counted) -> Element:
    """The places below by dimension, the lowest index first."""
    phrases = visit.phrases
    parts = counted.places
    ordered = sorted(parts.items(), key=lambda pair: (mean(shares(pair[1])) or 0.0, pair[0]))
    listed = [_place(visit.ladder.place(place).name(visit.lang), part, visit.toward(place)) for place, part in ordered]  # fmt: skip
    total = _place(visit.place.name(visit.lang) if visit.place else "", counted.sums)
    heads = (
        ColumnView(phrases("quality.place"), kind="text"),
        ColumnView(phrases("quality.index"), phrases("quality.of100"), kind="bar"),
        *(ColumnView(one.label.of(visit.lang), "%", narrow=False) for one in Dimension),
    )
    title = phrases("quality.places", n=len(parts))
    rows_ = [RowView(total.name, total.cells, kind="total"), *listed]
    view = SectionView("places", title, note=phrases("quality.note"))
    return section(view, table(TableView(title, heads, rows_), phrases))


def _place(name: str, sums: Sums, href: str = "") -> RowView:
    parts = shares(sums)
    total = mean(parts)
    cells = (
        CellView(percentage(total / 100), value=total) if total is not None else CellView(symbol="not_applicable"),
        *(
            CellView(percentage(parts[one] / 100)) if one in parts else CellView(symbol="not_applicable")
            for one in Dimension
        ),
    )  # fmt: skip
    return RowView(name, cells, href)


def _spoken(visit: Visit) -> Sequence[Tally]:
    """Remarks and refusals by rule, the most rows first; a breach is true and no lack of quality."""
    found = tally(visit.reader, visit.address.place or 1, visit.year)
    return sorted((one for one in found if one.answer != Answer.BREACH), key=lambda one: -one.rows)


def rules_section(visit: Visit) -> Element:
    """The rules behind consistency, plausibility and refused rows: which spoke, in how many rows and units."""
    phrases = visit.phrases
    spoken = _spoken(visit)
    view = SectionView("rules", phrases("quality.rules"), academic_year(visit.year, visit.lang))
    if not spoken:
        return section(view, empty(phrases("quality.nothing")))
    heads = (
        ColumnView(phrases("quality.rule"), kind="text"),
        ColumnView(phrases("quality.rows"), kind="bar"),
        ColumnView(phrases("quality.schools"), phrases("unit.schools")),
    )
    listed = [
        RowView(one.title.of(visit.lang), (CellView(plain(one.rows), value=float(one.rows)), CellView(plain(one.schools))))
        for one in spoken[:MOST]
    ]  # fmt: skip
    return section(
        view,
        table(
            TableView(phrases("quality.rules"), heads, listed, part=part(len(listed), len(spoken))),
            phrases,
        ),
    )
