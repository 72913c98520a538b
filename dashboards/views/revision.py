"""What a revision changed: two states of a year's figures, every metric of a place and of those right below it, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboards.element import Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from dashboards.released import at, shown_as
from dashboards.views import wording
from metrics.discovery import metric as metric_named
from metrics.discovery import metrics
from metrics.question import Question
from metrics.revisions import Changed, changed
from warehouse.discovery import form as form_named
from warehouse.moments import minute
from warehouse.places import NATION, Rung
from warehouse.release_reading import Came, came_between
from warehouse.releases import Basis, Release, before, named

MOST, MOST_OF_ALL, MOST_CAME = 500, 10_000, 50


@dataclass(frozen=True)
class Found:
    """Two sides of a year: the release before, and what it is compared with (None is now) on which basis; the cells asked, and those that differ."""

    old: Release
    new: Release | None
    basis: Basis
    cells: int
    changed: list[Changed]


def found(visit: Visit) -> Found | None:
    """Both sides as the address names them: read as released against the one before, live against the newest; None without a release."""
    sides = _sides(visit)
    if sides is None or visit.place is None:
        return None
    old, new = sides
    basis = visit.address.basis if visit.reading.one is None else old.basis
    asked = Question(
        metrics=tuple(metrics()), places=_places(visit, visit.place.place_id), years=(visit.year,), boundary=visit.address.bounds,
        basis=new.basis if new else basis,
    )  # fmt: skip
    rulers = tuple(visit.asking.loads)
    loads = at(new, rulers) if new else visit.reader.loads(rulers)
    until = new.signed_at if new else None
    (now,) = replace(visit.asking, loads=loads, earlier=None, until=until, known={}).ahead([asked])
    then = replace(visit.asking, loads=at(old, rulers), earlier=None, until=old.signed_at, known={})
    (was,) = then.ahead([replace(asked, basis=old.basis)])
    return Found(old, new, asked.basis, len(now.cells), changed(was, now))


def _sides(visit: Visit) -> tuple[Release, Release | None] | None:
    """The older release and the newer one, or None for now: what is read beside what the address names, else beside the release before it.

    The first release of a year has none before it, and is compared with now.
    """
    read, of_year = visit.reading.one, visit.reading.of_year(visit.year)
    chosen = named(of_year, visit.address.item)
    if read is None:
        newest = chosen or next(iter(of_year), None)
        return (newest, None) if newest else None
    other = chosen if chosen and chosen is not read else before(visit.reading.known, read)
    if other is None:
        return read, None
    old, new = sorted((read, other), key=lambda one: one.place_in_year)
    return old, new


def _places(visit: Visit, here: int) -> tuple[int, ...]:
    """The place, and those right below it that its reader may open."""
    below = visit.ladder.children(here, visit.year, visit.address.bounds)
    return (here, *(one for one in below if visit.audience.scope.depth_of(visit.ladder, one) is not None))  # fmt: skip


def sentence(visit: Visit, one: Found) -> FindingView:
    """How many cells differ."""
    phrases = visit.phrases
    place = visit.place.name(visit.lang) if visit.place else ""
    sides = {"place": place, "old": one.old.number, "new": one.new.number if one.new else phrases("revision.live"), "cells": plain(one.cells)}  # fmt: skip
    basis = phrases("revision.about", year=academic_year(visit.year, visit.lang))
    if not one.changed:
        return FindingView(phrases("revision.same", **sides), basis, automatic=False)
    keys = [each.key for each in one.changed]
    told = {"n": plain(len(keys)), "places": len({key.place for key in keys}), "metrics": len({key.metric for key in keys})}  # fmt: skip
    return FindingView(phrases("revision.said", **sides, **told), basis, automatic=False)


def cells_section(visit: Visit, one: Found) -> Element:
    """The cells that differ: before, after, the difference; each leads to what it was made of."""
    phrases = visit.phrases
    number, shown = len(one.changed), _shown(visit)
    note = phrases("revision.rest", shown=plain(shown), n=plain(number)) if number > shown else ""
    every = (phrases("revision.all", n=plain(number)), visit.address.to(all="1")) if number > shown and not visit.address.all else None  # fmt: skip
    view = SectionView("cells", phrases("revision.cells"), _between(visit, one), switch=_switch(visit, one), note=note, more=every)  # fmt: skip
    if not one.changed:
        return section(view)
    heads = [
        ColumnView(phrases("revision.metric"), kind="text"), ColumnView(phrases("revision.unit"), kind="text", narrow=False),
        ColumnView(phrases("revision.before"), one.old.number), ColumnView(phrases("revision.now"), one.new.number if one.new else phrases("reading.live")),
        ColumnView(phrases("revision.difference")),
    ]  # fmt: skip
    return section(view, table(TableView(phrases("revision.cells"), heads, list(_rows(visit, one)), "wrap", part(min(shown, number), number, every[1] if every else "")), phrases))  # fmt: skip


def _shown(visit: Visit) -> int:
    """How many cells the page and its file list: the first, or as many as a page holds."""
    return MOST_OF_ALL if visit.address.all else MOST


def _between(visit: Visit, one: Found) -> str:
    sides = [shown_as(one.old, visit.phrases), shown_as(one.new, visit.phrases) if one.new else visit.phrases("reading.live")]  # fmt: skip
    return " → ".join(sides)


def _switch(visit: Visit, one: Found) -> SwitchView | None:
    """The other releases of the year that this side can be compared with."""
    read = visit.reading.one
    others = [each for each in visit.reading.of_year(visit.year) if each is not read]
    if len(others) < 2:
        return None
    choices = [ChoiceView(each.number, visit.address.to(item=each.number), each in (one.old, one.new)) for each in others]  # fmt: skip
    return SwitchView(visit.phrases("revision.against"), choices)


def _rows(visit: Visit, one: Found) -> Iterator[RowView]:
    """The cells under their place."""
    last = None
    for each in one.changed[: _shown(visit)]:
        if each.key.place != last:
            last = each.key.place
            name = visit.ladder.place(last).name(visit.lang)
            yield RowView(name, (), visit.address.to(place=last), kind="group")
        yield _row(visit, each)


def _row(visit: Visit, one: Changed) -> RowView:
    metric = metric_named(one.key.metric)
    source = visit.address.on("place", one.key.place, source=metric.name)
    cells = (
        CellView(wording.unit_text(metric, visit.lang)),
        wording.cell_view(metric, one.before),
        wording.cell_view(metric, one.now, href=source),
        wording.difference_cell(one.difference, metric.decimals),
    )
    return RowView(metric.label.of(visit.lang), cells, defined=wording.defined(visit.address, metric, visit.phrases))  # fmt: skip


# -- why


def came_section(visit: Visit, one: Found) -> Iterator[Element]:
    """The submissions in between, for those who see the place's records."""
    if visit.depth != "records" or visit.place is None:
        return
    phrases, here = visit.phrases, visit.place.place_id
    is_approved = one.basis == "approved"
    until: Mapping[str, int] | None = one.new.loads if one.new else None
    number, came = came_between(visit.reader, here if here != NATION else None, visit.year, one.old.loads, until, is_approved=is_approved, most=MOST_CAME)  # fmt: skip
    note = phrases("revision.came.rest", n=plain(number), shown=MOST_CAME) if number > MOST_CAME else ""  # fmt: skip
    view = SectionView("came", phrases("revision.came"), phrases("revision.came.meta"), note=note)
    if not came:
        yield section(view, empty(phrases("revision.came.none")))
        return
    heads = [
        ColumnView(phrases("revision.school"), kind="text"), ColumnView(phrases("revision.form"), kind="text"), ColumnView(phrases("revision.version")),
        ColumnView(phrases("revision.at"), kind="text", narrow=False), ColumnView(phrases("revision.compare"), kind="text"),
    ]  # fmt: skip
    rows = [_came(visit, each) for each in came]
    yield section(
        view,
        table(
            TableView(phrases("revision.came"), heads, rows, "wrap", part(len(rows), number)),
            phrases,
        ),
    )


def _came(visit: Visit, one: Came) -> RowView:
    words: dict[str, Any] = {"form": one.form, "item": str(one.submission_id)}
    is_school = visit.ladder.rung(one.school_id) is Rung.SCHOOL
    href = visit.address.on("compare", one.school_id, **words) if is_school else ""
    cells = (
        CellView(form_named(one.form).title.of(visit.lang)),
        CellView(str(one.revision)),
        CellView(minute(one.recorded_at)),
        CellView(visit.phrases("revision.compare"), href=href),
    )
    return RowView(visit.ladder.place(one.school_id).name(visit.lang), cells, visit.address.on("place", one.school_id))  # fmt: skip
