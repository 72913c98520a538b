"""Flags of a place: three judgements side by side and never added up, where they are many, by which rule, and the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import polars as pl

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import academic_year, day, percent, percentage, plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.form import choice_field, press, search_form
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, data_table, part, table
from dashboards.parts.tiles import POSITIONS, TileMapView, TileView, tile_map
from dashboards.views import questions
from dashboards.views.cases import case_href
from metrics.judgement.titles import title
from metrics.ranks import COVERED
from warehouse import flag_lists
from warehouse.case_read import Case, of_schools
from warehouse.flag_lists import Flag, Ruled, Wanted, counted, identity_of, listed, number_of
from warehouse.flags import Judgement, Known, newest_round
from warehouse.moments import china_day, minute
from warehouse.places import NATION, Rung
from warehouse.text import Text

MOST = 50  # flags on a page
RULES = 12  # rules that are listed
HINTS, NEW, GONE = "hints", "new", "gone"
MARK = "~"  # between the place of a list and the rule that narrows it, where a flag's address names its list
CLASSES: Mapping[Judgement, tuple[int, int, int, int]] = {
    Judgement.BREACH: (10, 25, 50, 75), Judgement.DOUBT: (2, 5, 10, 20), Judgement.RISK: (2, 5, 10, 20),
}  # fmt: skip
"""Bounds of the map's classes, in percent of the schools; fixed, so that a colour means the same in every year."""


@dataclass(frozen=True)
class Found:
    """What the newest round says of the visited place and year; `last` is None before the first round. `gone`: by judgement, since the newest full one."""

    visit: Visit
    last: Known | None
    whole: Known | None
    counts: pl.DataFrame
    gone: Mapping[str, int]

    @property
    def judgements(self) -> list[Judgement]:
        return judgements(self.visit)

    @property
    def judgement(self) -> Judgement:
        return judgement(self.visit)

    @property
    def wanted(self) -> Wanted:
        return wanted(self.visit, self.whole)

    def added(self, judgement: Judgement, column: str) -> int:
        """A column of the counts, added up over the places below."""
        return int(self.counts.filter(pl.col("judgement") == judgement.value)[column].sum())

    @cached_property
    def units(self) -> dict[int, int]:
        """Schools due by the place right below."""
        return self.visit.ladder.units_below(self.visit.address.place or NATION, self.visit.year)

    @cached_property
    def coverage(self) -> dict[int, float]:
        """The share of schools that have reported their students, by the place right below."""
        year = self.visit.year
        told = questions.ask(self.visit, ("students",), list(self.units), (year,))
        return {place: told.cell("students", place, year).coverage or 0.0 for place in self.units}

    @cached_property
    def rules(self) -> list[Ruled]:
        """What the rules of the chosen judgement have found, whichever of them the list is narrowed to."""
        return flag_lists.by_rule(self.visit.reader, self.wanted._replace(rule=""))

    @property
    def is_school(self) -> bool:
        return self.visit.ladder.rung(self.visit.address.place or NATION) is Rung.SCHOOL


def judgements(visit: Visit) -> list[Judgement]:
    """What this reader is told: a school reads nothing of what may become of it."""
    at_school = visit.ladder.rung(visit.audience.scope.place_id) is Rung.SCHOOL
    return [one for one in Judgement if not (at_school and one is Judgement.RISK)]


def judgement(visit: Visit) -> Judgement:
    """The one that the address names."""
    view = Judgement.DOUBT.value if visit.address.view == HINTS else visit.address.view
    return next((one for one in judgements(visit) if one.value == view), Judgement.BREACH)


def wanted(visit: Visit, whole: Known | None) -> Wanted:
    """The list that the address names; `whole`: the newest full round."""
    address = visit.address
    since = {address.sort: whole.number} if whole else {}
    return Wanted(
        address.place or NATION, visit.year, judgement(visit), address.item, since.get(NEW), address.view == HINTS, since.get(GONE)
    )  # fmt: skip


def found(visit: Visit) -> Found:
    whole = newest_round(visit.reader, "whole")
    number, place = whole.number if whole else 0, visit.address.place or NATION
    counts = counted(visit.reader, place, visit.year, number)
    return Found(visit, newest_round(visit.reader), whole, counts, flag_lists.gone(visit.reader, place, visit.year, number))  # fmt: skip


def sentence(one: Found) -> FindingView:
    """How many schools each judgement touches, and what the newest full round added."""
    visit, phrases = one.visit, one.visit.phrases
    if one.last is None:
        return FindingView(phrases("alerts.never"), automatic=False)
    place = visit.place.name(visit.lang) if visit.place else ""
    kind = "school" if one.is_school else "place"
    told = [
        phrases(f"alerts.said.{each}.{kind}", n=plain(one.added(each, "flags")), schools=plain(one.added(each, "schools")))
        for each in one.judgements
        if one.added(each, "flags")
    ]  # fmt: skip
    basis = phrases("alerts.about", year=academic_year(visit.year, visit.lang), at=minute(one.last.ended_at), number=one.last.number)  # fmt: skip
    if not told:
        return FindingView(phrases("alerts.nothing", place=place), basis, automatic=False)
    new = sum(one.added(each, "new") for each in one.judgements)
    over = sum(one.gone.get(each.value, 0) for each in one.judgements)
    basis = phrases("list.meta").join([basis, phrases("alerts.about.new", n=plain(new), gone=plain(over))])  # fmt: skip
    text = phrases("alerts.said", place=place, told=phrases("sentence.comma").join(told))
    return FindingView(phrases("sentence.end", text=text), basis, automatic=False)


# -- where


def map_section(one: Found) -> Element:
    """The share of schools flagged in each of the 32 units, and the same as a table."""
    view = SectionView("map", one.visit.phrases(f"alerts.map.{one.judgement}"), one.visit.phrases("alerts.rate"), width=7, switch=_switch(one))  # fmt: skip
    return section(view, tile_map(_tiles(one), one.visit.phrases), data_table(_places(one), one.visit.phrases))  # fmt: skip


def places_section(one: Found, width: int = 12) -> Element:
    """The places right below, the one with the largest share first."""
    shown = _places(one)
    view = SectionView("places", shown.name, one.visit.phrases("alerts.rate"), width=width, note=one.visit.phrases("alerts.places.note"))  # fmt: skip
    return section(view, table(shown, one.visit.phrases) if shown.rows else empty(one.visit.phrases("alerts.nobody")))  # fmt: skip


def _tiles(one: Found) -> TileMapView:
    bounds = CLASSES[one.judgement]
    schools = _schools(one, one.judgement)
    tiles = [_tile(one, place, units, schools.get(place, 0), bounds) for place, units in sorted(one.units.items()) if place in POSITIONS]  # fmt: skip
    names = (f"< {bounds[0]}", *(f"{low}–{high}" for low, high in pairwise(bounds)), f"≥ {bounds[-1]}")  # fmt: skip
    return TileMapView(tiles, names, one.visit.phrases(f"alerts.map.{one.judgement}") + one.visit.phrases("alerts.legend"))  # fmt: skip


def _tile(one: Found, place: int, units: int, schools: int, bounds: Sequence[int]) -> TileView:
    rate = schools * 100 / max(units, 1)
    name = one.visit.ladder.place(place).name(one.visit.lang)
    brief = "" if one.visit.lang == "zh" or len(name) <= 6 else f"{name[:5]}."
    if one.coverage[place] < COVERED:
        note = one.visit.phrases("tiles.uncovered", share=percentage(one.coverage[place], 0))
        return TileView(place, name, _at(one, place), "", None, note, brief)
    step = 1 + sum(rate >= bound for bound in bounds)
    return TileView(place, name, _at(one, place), plain(rate, 1), step, brief=brief)


def _schools(one: Found, judgement: Judgement) -> dict[int, int]:
    rows = one.counts.filter(pl.col("judgement") == judgement.value)
    return dict(rows.select("place_id", "schools").iter_rows())


def _at(one: Found, place: int) -> str:
    return one.visit.address.on("alerts", place, view=one.visit.address.view)


def _places(one: Found) -> TableView:
    phrases = one.visit.phrases
    schools = {each: _schools(one, each) for each in one.judgements}
    ordered = sorted(one.units, key=lambda place: (-schools[one.judgement].get(place, 0) / max(one.units[place], 1), place))  # fmt: skip
    heads = [ColumnView(phrases("board.place"), kind="text"), ColumnView(phrases("alerts.units"), narrow=False), ColumnView(phrases("alerts.reported"), "%", narrow=False)]  # fmt: skip
    for each in one.judgements:
        heads += [ColumnView(_plural(one, each), phrases("alerts.schools"), narrow=each is one.judgement), ColumnView(phrases("alerts.share"), "%", kind="bar", own=each is one.judgement, narrow=each is one.judgement)]  # fmt: skip
    whole = {each: one.added(each, "schools") for each in one.judgements}
    known = sum(one.coverage[place] * units for place, units in one.units.items())
    reported = known / max(sum(one.units.values()), 1)
    rows = [_row(one, one.visit.place.name(one.visit.lang) if one.visit.place else "", sum(one.units.values()), reported, whole)]  # fmt: skip
    rows = [replace(each, kind="total") for each in rows]
    rows += [
        _row(one, one.visit.ladder.place(place).name(one.visit.lang), one.units[place], one.coverage[place], {each: schools[each].get(place, 0) for each in one.judgements}, _at(one, place))
        for place in ordered
    ]  # fmt: skip
    return TableView(phrases("board.places", n=len(ordered)), heads, rows if ordered else [])


def _row(one: Found, name: str, units: int, reported: float, schools: Mapping[Judgement, int], href: str = "") -> RowView:  # fmt: skip
    cells = [CellView(plain(units)), CellView(percentage(reported))]
    for each in one.judgements:
        rate = schools[each] * 100 / max(units, 1)
        cells += [CellView(plain(schools[each])), CellView(plain(rate, 1), value=rate)]
    return RowView(name, cells, href)


# -- by which rule


def rules_section(one: Found, width: int = 5) -> Element:
    """The rules of the chosen judgement by the schools they touch; each narrows the list."""
    phrases = one.visit.phrases
    found = one.rules
    view = SectionView("rules", phrases("alerts.rules", n=len(found)), _plural(one, one.judgement), width=width)  # fmt: skip
    if not found:
        return section(view, empty(phrases("alerts.none")))
    heads = [ColumnView(phrases("alerts.rule"), kind="text"), ColumnView(phrases("alerts.schools"), kind="bar"), ColumnView(phrases("alerts.flags"), narrow=False)]  # fmt: skip
    rows = [_rule(one, each) for each in found[:RULES]]
    note = phrases("alerts.rules.more", n=len(found) - RULES) if len(found) > RULES else ""
    return section(replace(view, note=note), table(TableView(phrases("alerts.rules", n=len(found)), heads, rows, "wrap", part(len(rows), len(found))), phrases))  # fmt: skip


def _rule(one: Found, each: Ruled) -> RowView:
    name = title(one.judgement, each.rule, each.law).of(one.visit.lang)
    is_chosen = each.rule == one.visit.address.item
    href = one.visit.address.to(item="" if is_chosen else each.rule, start="") + "#list"
    cells = (CellView(plain(each.schools), value=each.schools), CellView(plain(each.flags)))
    return RowView(name, cells, href, sub=each.rule if one.judgement is Judgement.DOUBT else "", kind="own" if is_chosen else "")  # fmt: skip


# -- the list


def list_section(one: Found) -> Element:
    """The flags themselves, those of the school with most of them first."""
    visit, phrases = one.visit, one.visit.phrases
    skipped = int(visit.address.start) if visit.address.start.isdigit() else 0
    number = number_of(visit.reader, one.wanted)
    shown = listed(visit.reader, one.wanted, most=MOST, skipped=skipped) if number else []
    meta = phrases("alerts.shown", first=plain(skipped + 1), last=plain(skipped + len(shown)), n=plain(number)) if shown else ""  # fmt: skip
    view = SectionView("list", _list_title(one), meta, switch=_switch(one), note=_note(one))
    body = table(TableView(view.title, _list_heads(one), _grouped(one, shown), "wrap", part(len(shown), number)), phrases) if shown else empty(_why_none(one))  # fmt: skip
    return section(view, _filter(one), body, _more(one, skipped, number))


def _list_title(one: Found) -> str:
    rule = one.visit.address.item
    name = one.visit.phrases("alerts.hints") if one.visit.address.view == HINTS else _plural(one, one.judgement)  # fmt: skip
    return f"{name} · {_title(one, rule)}" if rule else name


def _title(one: Found, rule: str) -> str:
    try:
        return title(one.judgement, rule).of(one.visit.lang)
    except (LookupError, ValueError):
        return rule


def _list_heads(one: Found) -> Sequence[ColumnView]:
    phrases = one.visit.phrases
    return (
        ColumnView(phrases("alerts.rule"), kind="text"),
        ColumnView(phrases("alerts.said.head"), kind="text"),
        ColumnView(phrases(f"alerts.weight.{one.judgement}")),
        ColumnView(phrases("alerts.since"), kind="text", narrow=False),
        ColumnView(phrases("alert.state"), kind="text", narrow=False),
    )


def _grouped(one: Found, shown: Sequence[Flag]) -> list[RowView]:
    """A heading for each school, its flags below."""
    rows: list[RowView] = []
    school = 0
    held = of_schools(one.visit.reader, sorted({each.school_id for each in shown}), one.visit.year)
    for each in shown:
        if each.school_id != school and not one.is_school:
            school = each.school_id
            rows.append(RowView(_school(one, school), kind="group"))
        rows.append(_flag(one, each, held.get(identity_of(each))))
    return rows


def _school(one: Found, school: int) -> str:
    row = one.visit.ladder.place(school)
    where = [one.visit.ladder.place(each).name(one.visit.lang) for each in row.path[:-1]]
    return f"{row.name(one.visit.lang)} · {' '.join(where)}"


def _flag(one: Found, each: Flag, case: Case | None) -> RowView:
    visit = one.visit
    said = _news(one, each)
    cells = (CellView(brief(each).of(visit.lang)), CellView(weight(each)), CellView(day(china_day(each.since), visit.lang), note=said), _state(one, case))  # fmt: skip
    return RowView(title(each.judgement, each.rule, each.detail.get("law")).of(visit.lang), cells, _alert(one, each))  # fmt: skip


def _news(one: Found, each: Flag) -> str:
    if each.gone_at:
        return one.visit.phrases("alerts.gone", day=day(china_day(each.gone_at), one.visit.lang))
    return one.visit.phrases("alerts.new") if one.whole and each.first_round >= one.whole.number else ""  # fmt: skip


def _alert(one: Found, each: Flag) -> str:
    """The address of a flag, from where one may go on to the next of this list."""
    address = one.visit.address
    among = f"{address.place or NATION}{MARK}{address.item}".rstrip(MARK)
    return address.on("alert", each.school_id, item=str(each.flag_id), among=among, view=address.view, sort=address.sort)  # fmt: skip


def view_of(flag: Flag) -> str:
    """The view of the list that holds a flag."""
    return "" if flag.judgement is Judgement.BREACH else flag.judgement.value


def _state(one: Found, case: Case | None) -> CellView:
    """Where its case stands; a dash where none has been dispatched."""
    if case is None:
        return CellView(symbol="not_applicable")
    is_late = case.is_late(one.visit.today)
    note = case.code.label.of(one.visit.lang) if case.code else one.visit.phrases("cases.late", n=(one.visit.today - case.due).days) if is_late and case.due else ""  # fmt: skip
    return CellView(case.state.label.of(one.visit.lang), href=case_href(one.visit, case), note=note)  # fmt: skip


def brief(each: Flag) -> Text:
    """What is said, without range, history and reasons: these stand on the flag's own page."""
    fact = each.detail.get("fact")
    return Text(*fact) if fact else each.said


def weight(each: Flag) -> str:
    """Rows of a breach, bits of a doubt, the chance of a risk."""
    if each.judgement is Judgement.RISK:
        return percent(each.weight, 1)
    return plain(each.weight, 1 if each.judgement is Judgement.DOUBT else 0)


def _filter(one: Found) -> Element:
    """By rule, and whether only what the last full round added, or what has not stood since."""
    visit, phrases = one.visit, one.visit.phrases
    rules = [(each.rule, title(one.judgement, each.rule, each.law).of(visit.lang)) for each in one.rules]  # fmt: skip
    fields = [
        choice_field("item", phrases("alerts.rule"), [("", phrases("queue.all")), *rules], visit.address.item),
        choice_field("sort", phrases("alerts.when"), [("", phrases("queue.all")), (NEW, phrases("alerts.only_new")), (GONE, phrases("alerts.only_gone"))], visit.address.sort),
    ]  # fmt: skip
    view = {"view": visit.address.view} if visit.address.view else {}
    return search_form(f"/{visit.lang}/alerts/{visit.address.place or NATION}", phrases("queue.filter"), {**kept(visit), **view}, fields, press(phrases("queue.filter")))  # fmt: skip


def _why_none(one: Found) -> str:
    address = one.visit.address
    return one.visit.phrases("alerts.none.so" if address.item or address.sort else "alerts.none")


def _note(one: Found) -> str:
    view = one.visit.address.view
    return one.visit.phrases(f"alerts.note.{view if view == HINTS else one.judgement}")


def _more(one: Found, skipped: int, number: int) -> Element:
    """The page before and the next one."""
    address, phrases = one.visit.address, one.visit.phrases
    links = []
    if skipped:
        before = max(0, skipped - MOST)
        links.append(e.a(phrases("alerts.before"), href=address.to(start=str(before) if before else "") + "#list"))  # fmt: skip
    if skipped + MOST < number:
        links.append(e.a(phrases("alerts.after"), href=address.to(start=str(skipped + MOST)) + "#list"))  # fmt: skip
    return e.div(*links, cls="acts")


def _switch(one: Found) -> SwitchView:
    """The judgements with how many flags each has, and the single hints beside them."""
    address, phrases = one.visit.address, one.visit.phrases
    is_hints = address.view == HINTS
    choices = [
        ChoiceView(f"{_plural(one, each)} {plain(one.added(each, 'flags'))}", _view(one, "" if each is Judgement.BREACH else each.value), each is one.judgement and not is_hints)
        for each in one.judgements
    ]  # fmt: skip
    choices.append(ChoiceView(phrases("alerts.hints"), _view(one, HINTS), is_hints))
    return SwitchView(phrases("alerts.judgement"), choices)


def _view(one: Found, view: str) -> str:
    return one.visit.address.to(view=view, item="", start="", sort="")


def _plural(one: Found, judgement: Judgement) -> str:
    return one.visit.phrases(f"alerts.name.{judgement}")
