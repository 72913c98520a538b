"""The layout of specialties at a place: what is offered, what moved, what stands twice within a county, and the supply of a chosen one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import polars as pl

from dashboards import element as e
from dashboards.charts.trend import BreakView, LineView, TrendView, trend
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, percent, percentage, plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.form import choice_field, press, search_form
from dashboards.parts.section import (
    ChartView,
    SectionView,
    chart,
    empty,
    grid,
    section,
)
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from dashboards.views import wording
from dashboards.views.trend import HEIGHT_PX, years
from metrics.discovery import metric
from metrics.question import Cell, Question
from metrics.specialties import (
    FORM,
    Double,
    Doubles,
    Moved,
    Moves,
    by_place,
    by_specialty,
    doubles,
    majors_of,
    moved,
    supply,
)
from warehouse.catalogues import Version, catalogue, origin
from warehouse.codes import majors, specialties
from warehouse.places import Rung

CHANGED = int(Version.OF_2021)  # the first academic year of the catalogue in force
MOST_MOVED = 8
MOST_DOUBLES = 6
MOST_SCHOOLS = 6
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What was counted for one page. `rows`: of the year; `chosen`: a specialty, or a class by two digits."""

    here: int
    is_school: bool
    rows: pl.DataFrame
    offered: pl.DataFrame
    classes: pl.DataFrame
    doubles: Doubles
    moves: Moves | None
    chosen: str

    @property
    def is_filled(self) -> bool:
        return bool(self.classes.height)

    @property
    def students(self) -> int:
        return int(self.classes["students"].sum())


def found(visit: Visit) -> Layout:
    here = visit.address.place or 1
    is_school = visit.ladder.rung(here) is Rung.SCHOOL
    year = visit.year
    rows = _supply(visit, here, (year,))
    offered = by_specialty(rows, year)
    moves = _kept(visit, ("moved", here), (year - 1, year), lambda: moved(visit.reader, here, year, visit.at))  # fmt: skip
    twice = Doubles(0, []) if is_school else _kept(visit, ("doubles", here), (year,), lambda: doubles(visit.reader, here, year, visit.at, most=MOST_DOUBLES))  # fmt: skip
    return Layout(
        here=here, is_school=is_school, rows=rows, offered=offered, classes=majors_of(offered), doubles=twice,
        moves=moves, chosen=_chosen(visit, offered),
    )  # fmt: skip


def _supply(visit: Visit, here: int, asked: Sequence[int], code: str = "") -> pl.DataFrame:
    return _kept(visit, ("supply", here, code), asked, lambda: supply(visit.reader, here, asked, visit.at, code))  # fmt: skip


def _kept(visit: Visit, what: tuple[str | int, ...], asked: Sequence[int], count: Callable[[], T]) -> T:  # fmt: skip
    """What is counted of the cells of schools, by basis and years, as long as no load moves these years."""
    if visit.depth != "records" or FORM not in visit.at.load:
        return count()
    loads = {FORM: visit.at.number(FORM)}
    return visit.asking.of_records((*what, *asked, visit.at.basis), loads, asked, count)


def _chosen(visit: Visit, offered: pl.DataFrame) -> str:
    """What the address names, else the specialty with most students."""
    item = visit.address.item
    if item in specialties() or item in majors():
        return item
    return str(offered["specialty"][0]) if offered.height else ""


def coverage(visit: Visit) -> Cell:
    here = visit.address.place or 1
    asked = Question(
        metrics=("coverage",), places=(here,), years=(visit.year,), boundary=visit.address.bounds, basis=visit.address.basis
    )  # fmt: skip
    return visit.ask(asked).cell("coverage", here, visit.year)


def named(visit: Visit, code: str) -> str:
    """A specialty or class in the reader's language; its code where no list has it."""
    label = specialties().labels.get(code) or majors().labels.get(code)
    return label.of(visit.lang) if label else code


def sentence(visit: Visit, layout: Layout) -> FindingView:
    """How much is offered, which class carries most, what moved, and what stands twice."""
    phrases = visit.phrases
    basis = phrases("specialties.about", year=academic_year(visit.year, visit.lang))
    place = visit.place.name(visit.lang) if visit.place else ""
    if not layout.is_filled:
        return FindingView(phrases("specialties.none", place=place), basis, automatic=False)
    first = layout.classes.row(0, named=True)
    n = layout.offered.filter(pl.col("students") > 0).height
    clauses = [
        phrases("specialties.said", place=place, n=n, classes=layout.classes.height),
        phrases("specialties.said.first", major=named(visit, first["major"]), share=percent(first["students"] / layout.students)),
    ]  # fmt: skip
    if layout.moves and any(layout.moves):
        clauses.append(phrases("specialties.said.moved", opened=len(layout.moves.opened), closed=len(layout.moves.closed)))  # fmt: skip
    if layout.doubles.number:
        clauses.append(phrases("specialties.said.doubles", n=plain(layout.doubles.number)))
    text = phrases("sentence.comma").join(clauses)
    return FindingView(phrases("sentence.end", text=text), basis, automatic=False)


# -- classes, and what moved


def majors_section(visit: Visit, layout: Layout) -> Element:
    """The classes by students; each leads to its supply."""
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("specialties.class"), kind="text"),
        _persons(visit, "students", kind="bar"),
        ColumnView(phrases("specialties.share"), "%"),
        ColumnView(phrases("specialties.offered"), narrow=False),
        _persons(visit, "entrants", narrow=False),
    )
    rows = [
        RowView(
            named(visit, one["major"]),
            (
                CellView(plain(one["students"]), value=float(one["students"])),
                CellView(percentage(one["students"] / max(1, layout.students))),
                CellView(plain(one["offered"])), CellView(plain(one["entrants"])),
            ),
            visit.address.to(item=one["major"]) + "#supply",
            kind="own" if one["major"] == layout.chosen else "",
        )
        for one in layout.classes.to_dicts()
    ]  # fmt: skip
    title = phrases("specialties.classes", n=layout.classes.height)
    view = SectionView("classes", title, academic_year(visit.year, visit.lang), width=7)
    return section(view, table(TableView(title, heads, rows), phrases))


def _persons(
    visit: Visit, name: str, *, kind: Literal["number", "bar"] = "number", narrow: bool = True
) -> ColumnView:
    """The head of a column of students or entrants, which are metrics too."""
    phrases = visit.phrases
    means = wording.defined(visit.address, metric(name), phrases)
    return ColumnView(phrases(f"specialties.{name}"), phrases("specialties.persons"), kind=kind, narrow=narrow, defined=means)  # fmt: skip


def moves_section(visit: Visit, layout: Layout) -> Element:
    """Opened and closed since the year before."""
    phrases = visit.phrases
    before = academic_year(visit.year - 1, visit.lang)
    view = SectionView(
        "moves", phrases("specialties.moves"), phrases("specialties.against", year=before), width=12,
        note=phrases("specialties.moves.note"),
    )  # fmt: skip
    if layout.moves is None:
        return section(view, empty(phrases("specialties.moves.unknown", year=before)))
    rows = [*_moves(visit, "opened", layout.moves.opened), *_moves(visit, "closed", layout.moves.closed)]  # fmt: skip
    if not rows:
        return section(view, empty(phrases("specialties.moves.none")))
    heads = (
        ColumnView(phrases("specialties.one"), kind="text"),
        _persons(visit, "entrants"),
    )
    cut = part(sum(row.kind != "group" for row in rows), sum(map(len, layout.moves)))
    return section(view, table(TableView(view.title, heads, rows, "wrap", cut), phrases))


def _moves(visit: Visit, kind: str, moves: Sequence[Moved]) -> list[RowView]:
    """A heading with the number, and the largest; nothing where none moved."""
    if not moves:
        return []
    head = RowView(visit.phrases(f"specialties.{kind}", n=len(moves)), kind="group")
    return [
        head,
        *(
            RowView(
                named(visit, one.specialty), (CellView(plain(one.entrants)),), visit.address.to(item=one.specialty) + "#supply"
            )
            for one in moves[:MOST_MOVED]
        ),
    ]  # fmt: skip


# -- the same twice within a county


def doubles_section(visit: Visit, layout: Layout) -> Element:
    """The counties where several schools offer the same, with the schools; the rest is counted."""
    phrases = visit.phrases
    told, left = layout.doubles.first, layout.doubles.number - MOST_DOUBLES
    note = phrases("specialties.doubles.note")
    if left > 0:
        note = phrases("specialties.doubles.left", n=plain(left)) + note
    title = phrases("specialties.doubles", n=plain(layout.doubles.number))
    view = SectionView("doubles", title, academic_year(visit.year, visit.lang), note=note)
    if not told:
        return section(view, empty(phrases("specialties.doubles.none")))
    heads = (
        ColumnView(phrases("specialties.school"), kind="text"),
        _persons(visit, "students", kind="bar"),
        _persons(visit, "entrants"),
    )
    rows = [row for one in told for row in _double(visit, one)]
    return section(view, table(TableView(title, heads, rows, "wrap", part(len(told), layout.doubles.number)), phrases))  # fmt: skip


def _double(visit: Visit, one: Double) -> list[RowView]:
    county = visit.ladder.place(one.county).name(visit.lang)
    more = ".more" if len(one.schools) > MOST_SCHOOLS else ""
    words = visit.phrases(
        f"specialties.double{more}", place=county, one=named(visit, one.specialty), n=len(one.schools),
        **({"shown": MOST_SCHOOLS} if more else {}),
    )  # fmt: skip
    schools = list(zip(one.schools, one.students, one.entrants, strict=True))[:MOST_SCHOOLS]
    rows = [
        RowView(
            visit.ladder.place(school).name(visit.lang),
            (CellView(plain(students), value=float(students)), CellView(plain(entrants))),
            visit.address.on("specialties", school),
        )
        for school, students, entrants in schools
    ]
    return [RowView(words, kind="group"), *rows]


# -- the supply of a chosen specialty or class


def supply_parts(visit: Visit, layout: Layout) -> Sequence[Element]:
    """What is chosen, the places below, and the years."""
    over = _supply(visit, layout.here, years(visit), layout.chosen)
    title = visit.phrases("specialties.supply", one=named(visit, layout.chosen))
    choose = section(SectionView("supply", title), _choose(visit, layout))
    parts = [] if layout.is_school else [_places(visit, layout, over)]
    width = 12 if layout.is_school else 5
    return choose, grid(*parts, _years(visit, layout, over, width))


def _choose(visit: Visit, layout: Layout) -> Element:
    """Every class and specialty that is offered here, in one list."""
    phrases = visit.phrases
    classes = [(code, f"{code} {named(visit, code)}") for code in sorted(layout.classes["major"])]
    ones = [(code, f"{code} {named(visit, code)}") for code in sorted(layout.offered["specialty"])]
    listed = sorted([*classes, *ones])
    where = f"/{visit.lang}/specialties/{layout.here}#supply"
    field = choice_field("item", phrases("specialties.choose"), listed, layout.chosen)
    return e.div(
        search_form(where, phrases("specialties.choose"), kept(visit), [field], press(phrases("specialties.show")))
    )  # fmt: skip


def _places(visit: Visit, layout: Layout, over: pl.DataFrame) -> Element:
    """The places right below: what they offer in all, and of the chosen one."""
    phrases = visit.phrases
    of_year = by_place(over, visit.year)
    mine = {row["place_id"]: row for row in of_year.to_dicts()}
    units = dict(
        over.filter(pl.col("year") == visit.year).group_by("place_id").agg(pl.col("units").sum()).iter_rows()
    )  # fmt: skip
    every = by_place(layout.rows, visit.year).to_dicts()
    ordered = sorted(every, key=lambda one: (-_students(mine, one["place_id"]), one["place_id"]))
    rows = [
        RowView(
            visit.ladder.place(one["place_id"]).name(visit.lang),
            _supplied(_students(mine, one["place_id"]), _entrants(mine, one["place_id"]), units.get(one["place_id"], 0), one["offered"]),
            visit.toward(one["place_id"]),
        )
        for one in ordered
    ]  # fmt: skip
    total = RowView(
        visit.place.name(visit.lang) if visit.place else "",
        _supplied(int(of_year["students"].sum()), int(of_year["entrants"].sum()), sum(units.values()), layout.offered.height),
        kind="total",
    )  # fmt: skip
    heads = (
        ColumnView(phrases("specialties.place"), kind="text"),
        _persons(visit, "students", kind="bar"),
        _persons(visit, "entrants"),
        ColumnView(phrases("specialties.points"), narrow=False),
        ColumnView(phrases("specialties.all"), narrow=False),
    )
    title = phrases("specialties.places", one=named(visit, layout.chosen))
    view = SectionView("places", title, academic_year(visit.year, visit.lang), width=7, note=phrases("specialties.points.note"))  # fmt: skip
    return section(view, table(TableView(title, heads, [total, *rows]), phrases))


def _supplied(students: int, entrants: int, units: int, offered: int) -> tuple[CellView, ...]:
    return (
        CellView(plain(students), value=float(students)), CellView(plain(entrants)), CellView(plain(units)), CellView(plain(offered))
    )  # fmt: skip


def _students(rows: dict[int, dict[str, int]], place: int) -> int:
    return rows[place]["students"] if place in rows else 0


def _entrants(rows: dict[int, dict[str, int]], place: int) -> int:
    return rows[place]["entrants"] if place in rows else 0


def breaks(phrases: Phrases, code: str, drawn: Sequence[int]) -> list[BreakView]:
    """Where the catalogue changed and what was counted before is not the same thing."""
    if not _is_across(drawn) or origin(code).continues:
        return []
    return [BreakView(drawn.index(CHANGED), phrases("specialties.break"))]


def came_from(phrases: Phrases, code: str, drawn: Sequence[int]) -> str:
    """What it was before the catalogue changed; nothing where all years lie on one side."""
    if not _is_across(drawn):
        return ""
    found, old = origin(code), catalogue(Version.OF_2010)
    kind = "class" if len(code) == 2 else "one"
    way = "same" if found.continues else "apart"
    told = found.olds if found.continues else found.split
    names = (old.majors[one].of(phrases.lang) for one in told if kind == "class")
    return phrases(f"specialties.origin.{kind}.{way}", old=phrases("list.comma").join(names))


def _is_across(drawn: Sequence[int]) -> bool:
    return CHANGED in drawn[1:]


def _years(visit: Visit, layout: Layout, over: pl.DataFrame, width: int) -> Element:
    """Students and entrants over the years, with the table behind."""
    phrases = visit.phrases
    sums = {
        row["year"]: row
        for row in over.group_by("year").agg(pl.col("students", "entrants", "units").sum()).to_dicts()
    }  # fmt: skip
    drawn = years(visit)
    said = {name: [float(sums[y][name]) if y in sums else None for y in drawn] for name in ("students", "entrants")}  # fmt: skip
    lines = [
        LineView(phrases("specialties.entrants"), said["entrants"], "other"),
        LineView(phrases("specialties.students"), said["students"], "own"),
    ]
    title = phrases("specialties.years")
    heads = (
        ColumnView(phrases("specialties.year"), kind="text"),
        *(_persons(visit, name) for name in ("students", "entrants")),
        ColumnView(phrases("specialties.points")),
    )
    rows = [
        RowView(academic_year(y, visit.lang), tuple(CellView(plain(sums[y][name])) for name in ("students", "entrants", "units")))
        for y in drawn if y in sums
    ]  # fmt: skip
    view = TrendView(
        labels=[str(y) for y in drawn], lines=lines, unit=phrases("specialties.persons"), decimals=0, from_zero=True,
        breaks=breaks(phrases, layout.chosen, drawn),
    )  # fmt: skip
    figure = ChartView(
        trend(view, visit.address.theme, HEIGHT_PX), title, TableView(title, heads, rows), HEIGHT_PX
    )
    came = came_from(phrases, layout.chosen, drawn)
    return section(
        SectionView("years", title, say=came, width=width, note=phrases("specialties.years.note")), chart(figure, phrases)
    )  # fmt: skip
