"""A count's movement by what became of the units: schools in both years, opened, merged, closed; reporting apart. For readers of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards.element import Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from dashboards.views import wording
from dashboards.views.changed import Found, amount_text, amount_unit, points
from metrics.fates import Fate, Told
from metrics.metric import ATTACHED, SCHOOL

KINDS = (*SCHOOL, *ATTACHED)
ORDER = ("grew", "shrank", "same", Fate.OPENED, Fate.MERGED, Fate.CLOSED, Fate.MOVED, Fate.REPORTING)  # fmt: skip
LISTED = 10  # schools by name


@dataclass(frozen=True)
class Group:
    """Units of one kind and fate: how many, and their count in both years."""

    name: str
    units: int
    before: int
    now: int

    @property
    def amount(self) -> int:
        return self.now - self.before


def grouped(told: Sequence[Told]) -> list[Group]:
    """The fates there are, in their order; units in both years by which way they moved."""
    by_name: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_name[_line(one)].append(one)
    return [
        Group(name, len(mine), sum(one.before for one in mine), sum(one.now for one in mine))
        for name in ORDER
        if (mine := by_name.get(name))
    ]


def _line(one: Told) -> str:
    if one.fate is not Fate.KEPT:
        return one.fate
    return "grew" if one.amount > 0 else "shrank" if one.amount < 0 else "same"


def fates_section(visit: Visit, one: Found) -> Element | None:
    """None for whoever sees no records here, and of a ratio."""
    if one.told is None:
        return None
    phrases = visit.phrases
    title = phrases("changed.fates", metric=one.metric.label.of(visit.lang))
    years = phrases("changed.against", before=academic_year(one.before, visit.lang), now=academic_year(visit.year, visit.lang))  # fmt: skip
    view = SectionView("fates", title, years, note=phrases("changed.note.fates"), defined=wording.defined(visit.address, one.metric, phrases))  # fmt: skip
    if one.split is None:
        return section(view, empty(phrases(f"{one.why}.note")))
    unit = amount_unit(one.metric, visit.lang)
    heads = [
        ColumnView(phrases("changed.fate"), kind="text"), ColumnView(phrases("changed.units")),
        ColumnView(phrases("changed.amount"), unit), ColumnView(phrases("changed.share"), points(visit)),
    ]  # fmt: skip
    rows = [_row(visit, one, phrases("compare.total"), len(one.told), float(one.split.movement), "total"), *_rows(visit, one)]  # fmt: skip
    return section(view, table(TableView(title, heads, rows), phrases))


def _rows(visit: Visit, one: Found) -> Iterator[RowView]:
    told, phrases = one.told or (), visit.phrases
    for kind in KINDS:
        groups = grouped([each for each in told if each.unit_kind == kind])
        if groups:
            yield RowView(phrases(f"changed.kind.{kind}"), kind="group")
        for group in groups:
            name = phrases(f"changed.fate.{group.name}")
            yield _row(visit, one, name, group.units, group.amount)
    left = (one.split.movement if one.split else 0) - sum(each.amount for each in told)
    if left:
        yield _row(visit, one, phrases("changed.rest.units"), None, float(left))


def _row(visit: Visit, one: Found, name: str, units: int | None, amount: float, kind: str = "") -> RowView:  # fmt: skip
    before = one.split.before if one.split else 0
    share = wording.difference_cell(float(amount * 100 / before), 2) if before else CellView(symbol="not_applicable")  # fmt: skip
    counted = CellView(symbol="not_applicable") if units is None else CellView(plain(units))
    cells = [counted, CellView(amount_text(one.metric, amount, visit.lang)), share]
    return RowView(name, cells, kind="total" if kind else "")


# -- by name


def schools_section(visit: Visit, one: Found) -> Element | None:
    """The schools that opened, merged or closed with the largest amounts, and where they went; None where none did."""
    changed = [each for each in one.told or () if each.fate in (Fate.OPENED, Fate.MERGED, Fate.CLOSED)]  # fmt: skip
    gone = [each for each in changed if each.fate is not Fate.MERGED or each.heir is not None]
    if not gone or one.split is None:
        return None
    phrases = visit.phrases
    first = sorted(gone, key=lambda each: (-abs(each.amount), each.unit))[:LISTED]
    title = phrases("changed.schools", n=len(gone))
    note = phrases("changed.schools.left", n=len(gone) - LISTED) if len(gone) > LISTED else ""
    heads = [
        ColumnView(phrases("changed.school"), kind="text"), ColumnView(phrases("changed.fate"), kind="text"),
        ColumnView(phrases("changed.amount"), amount_unit(one.metric, visit.lang)),
    ]  # fmt: skip
    rows = [_school(visit, one, each) for each in first]
    view = SectionView("schools", title, note=note)
    return section(
        view, table(TableView(title, heads, rows, "wrap", part(len(rows), len(gone))), phrases)
    )


def _school(visit: Visit, one: Found, each: Told) -> RowView:
    fate = visit.phrases(f"changed.fate.{each.fate}")
    if each.heir is not None:
        fate = visit.phrases("changed.into", name=visit.ladder.place(each.heir).name(visit.lang))
    amount = amount_text(one.metric, each.amount, visit.lang)
    return RowView(visit.ladder.place(each.unit).name(visit.lang), [CellView(fate), CellView(amount)], visit.toward(each.unit))  # fmt: skip
