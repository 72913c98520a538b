"""The five steps of a table: places, years, metrics, breakdown, layout; each says what it is, the open one offers what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from dashboards.numbers import academic_year
from dashboards.page import Visit
from dashboards.parts.builder import BoxView, BuilderView, GroupView, StepView
from dashboards.views import build, wording
from metrics.discovery import metric, shelves
from metrics.metric import Metric
from metrics.tables.ask import MEMBERS, MOST_CUTS, MOST_METRICS, Ask, Axis, Pick
from metrics.tables.kinds import KINDS
from warehouse.places import NATION, Rung

STEPS = ("places", "years", "metrics", "cut", "layout")
FIRST_OPEN = "metrics"
LAYOUTS: tuple[tuple[Axis, ...], ...] = (
    ("metrics", "years"), ("years", "metrics"), ("years",), ("metrics",), ("members",), ("members", "years"), ("metrics", "members"), ("places",), ("places", "years"),
)  # fmt: skip


def builder_view(visit: Visit, ask: Ask) -> BuilderView:
    """All steps; the address says which is open."""
    open_ = visit.address.view if visit.address.view in STEPS else FIRST_OPEN
    making = {
        "places": _places, "years": _years, "metrics": _metrics, "cut": _cut, "layout": _layout,
    }  # fmt: skip
    steps = [making[key](visit, ask, open_) for key in STEPS]
    action = f"/{visit.lang}/build/{visit.address.place}"
    return BuilderView(steps, action, {**said(visit, _applied(ask, open_)), "view": open_})


def _applied(ask: Ask, open_: str) -> Ask:
    """What an open step takes along: the column that the rows are sorted by only where the step cannot move it."""
    return ask if open_ == "places" and "places" not in ask.across else replace(ask, sort=0)


def said(visit: Visit, ask: Ask) -> dict[str, object]:
    """The whole table as words of an address, with what is kept of the address itself."""
    address = visit.address
    kept = {
        "year": address.year,
        "theme": address.theme if address.theme != "light" else "",
        "asof": "" if address.release else address.asof,
        "release": address.release,
    }
    return {**kept, **ask.said()}  # fmt: skip


def address_of(visit: Visit, ask: Ask, **changes: Any) -> str:  # noqa: ANN401 - fields of Address
    """The address of a table, as it is or with some of it changed."""
    return visit.address.to(**{**build.BLANK, **ask.said(), **changes})


def _step(visit: Visit, ask: Ask, key: str, said_now: str, open_: str, **more: Any) -> StepView:  # noqa: ANN401 - fields of StepView
    name = visit.phrases(f"build.step.{key}")
    if key != open_:
        return StepView(key, name, said_now, address_of(visit, ask, view=key))
    return StepView(key, name, said_now, "", is_open=True, **more)


# -- places


def _places(visit: Visit, ask: Ask, open_: str) -> StepView:
    phrases = visit.phrases
    words = build.picked(ask, visit.ladder, phrases, most=6)
    return _step(
        visit,
        ask,
        "places",
        words,
        open_,
        groups=list(_place_groups(visit, ask)),
        links=_nearby(visit, ask),
        hint=phrases("build.places.hint"),
    )


def _place_groups(visit: Visit, ask: Ask) -> Iterator[GroupView]:
    """The place one stands at with all below it by rung; each child by name; and what is picked elsewhere."""
    here = visit.address.place or NATION
    name = visit.ladder.place(here).name(visit.lang)
    whole = [Pick(here), *build.reaches(visit, here)]
    yield GroupView(name, "places", [_pick(visit, ask, pick) for pick in whole])
    single = [
        Pick(child) for child in visit.ladder.children(here) if build.is_open(visit, Pick(child))
    ]
    if single:
        yield GroupView(
            visit.phrases("build.places.single"),
            "places",
            [_pick(visit, ask, pick) for pick in single],
        )
    elsewhere = [pick for pick in ask.picks if pick not in {*whole, *single}]
    if elsewhere:
        yield GroupView(
            visit.phrases("build.places.elsewhere"),
            "places",
            [_pick(visit, ask, pick) for pick in elsewhere],
        )


def _pick(visit: Visit, ask: Ask, pick: Pick) -> BoxView:
    text = (
        build.pick_word(pick, visit.ladder, visit.phrases)
        if pick.reach
        else visit.ladder.place(pick.place).name(visit.lang)
    )
    return BoxView(str(pick), text, pick in ask.picks)


def _nearby(visit: Visit, ask: Ask) -> list[tuple[str, str]]:
    """Where else places may be picked: above the place one stands at, and in those right below it."""
    here, ladder = visit.address.place or NATION, visit.ladder
    above = [place for place in ladder.ancestors(here) if build.is_open(visit, Pick(place))]
    below = [
        child
        for child in ladder.children(here)
        if ladder.rung(child) < Rung.SCHOOL and build.is_open(visit, Pick(child))
    ]
    mark = {**dict.fromkeys(above, "‹ {}"), **dict.fromkeys(below, "{} ›")}
    return [
        (
            words.format(ladder.place(place).name(visit.lang)),
            address_of(visit, ask, place=place, view="places"),
        )
        for place, words in mark.items()
    ]


# -- years and metrics


def _years(visit: Visit, ask: Ask, open_: str) -> StepView:
    phrases, lang = visit.phrases, visit.lang
    first, last = (academic_year(ask.years[at], lang) for at in (0, -1))
    is_run = ask.years == tuple(range(ask.years[0], ask.years[-1] + 1))
    words = phrases("build.and").join(academic_year(year, lang) for year in ask.years)
    if len(ask.years) > 2 and is_run:
        words = phrases("build.years.span", first=first, last=last, n=len(ask.years))
    boxes = [
        BoxView(str(year), academic_year(year, lang), year in ask.years)
        for year in reversed(visit.years)
    ]
    return _step(
        visit,
        ask,
        "years",
        words,
        open_,
        groups=[GroupView(phrases("build.axis.years"), "years", boxes)],
    )


def _metrics(visit: Visit, ask: Ask, open_: str) -> StepView:
    phrases = visit.phrases
    words = phrases("build.and").join(metric(name).label.of(visit.lang) for name in ask.metrics)
    groups = [
        GroupView(shelf.of(visit.lang), "metrics", [_box(visit, ask, one) for one in found])
        for shelf, found in shelves().items()
    ]
    return _step(
        visit,
        ask,
        "metrics",
        words,
        open_,
        groups=groups,
        hint=phrases("build.metrics.hint", n=len(ask.metrics), most=MOST_METRICS),
    )


def _box(visit: Visit, ask: Ask, one: Metric) -> BoxView:
    note = visit.phrases("build.comma").join(
        filter(None, (one.code, wording.unit_text(one, visit.lang)))
    )
    return BoxView(one.name, one.label.of(visit.lang), one.name in ask.metrics, note)


# -- the breakdown, the layout


def _cut(visit: Visit, ask: Ask, open_: str) -> StepView:
    """The forms' own breakdowns beside the kinds of schools; up to three of them, in the order in which they were chosen."""
    phrases = visit.phrases
    offered = build.cut_choices(ask.metrics, phrases)
    words = build.cut_names(ask, phrases) if ask.cut else phrases("build.cut.none")
    chosen = sorted(offered, key=lambda one: ask.cuts.index(one[0]) if one[0] in ask.cuts else len(ask.cuts))  # fmt: skip
    boxes = [BoxView(cut, text, cut in ask.cuts) for cut, text in chosen]
    own = [box for box in boxes if box.value not in KINDS]
    kinds = [box for box in boxes if box.value in KINDS]
    totals = [
        BoxView("", phrases("build.totals.yes"), ask.totals),
        BoxView("no", phrases("build.totals.no"), not ask.totals),
    ]
    groups = [
        *([GroupView(phrases("build.cut.own"), "cut", own)] if own else []),
        *([GroupView(phrases("build.cut.kinds"), "cut", kinds)] if kinds else []),
        GroupView(phrases("build.totals"), "totals", totals, is_one=True),
    ]
    links = [(phrases("build.cut.clear"), address_of(visit, ask, cut="", view="cut", order=""))] if ask.cut else []  # fmt: skip
    if len(ask.cuts) > 1:
        turned = ".".join((*ask.cuts[1:], ask.cuts[0]))
        links.append(
            (phrases("build.cut.turn"), address_of(visit, ask, cut=turned, view="cut", order=""))
        )
    hint = phrases("build.cut.hint", most=MOST_CUTS)
    return _step(visit, ask, "cut", words, open_, groups=groups, links=links, hint=hint)


def _layout(visit: Visit, ask: Ask, open_: str) -> StepView:
    phrases = visit.phrases
    words = layout_word(visit, ask, ask.across)
    boxes = [
        BoxView(".".join(across), layout_word(visit, ask, across), across == ask.across)
        for across in _layouts(ask)
    ]
    swapped = address_of(visit, ask, across=".".join(ask.down), view="layout", order="")
    groups = [GroupView(phrases("build.step.layout"), "across", boxes, is_one=True)]
    links = [(phrases("build.swap"), swapped)]
    if ask.sort:
        links.append((phrases("build.sort.none"), address_of(visit, ask, order="")))
    return _step(
        visit, ask, "layout", words, open_, groups=groups, links=links, hint=phrases("build.sort.hint")
    )  # fmt: skip


def _layouts(ask: Ask) -> list[tuple[Axis, ...]]:
    """What may run across: of several breakdowns each by itself, all of them, and the last beside the years or the metrics."""
    members = MEMBERS[: len(ask.cuts)]
    found: dict[tuple[Axis, ...], None] = dict.fromkeys(
        across for across in LAYOUTS if members or "members" not in across
    )
    if len(members) > 1:
        found |= dict.fromkeys(
            [
                *((one,) for one in members),
                (*members[1:],),
                members,
                *((one, "years") for one in members),
                (*members[1:], "years"),
                ("metrics", members[-1]),
            ]
        )
    return list(found | {ask.across: None})


def layout_word(visit: Visit, ask: Ask, across: Sequence[Axis]) -> str:
    """What runs down and what across, in their order; groups are named where there are any."""
    down = [axis for axis in ask.axes if axis not in across]
    told = [
        " × ".join(
            build.axis_word(ask, axis, visit.phrases)
            for axis in axes
            if ask.cut or axis not in MEMBERS
        )
        for axes in (down, across)
    ]
    return visit.phrases("build.layout", down=told[0], across=told[1])
