"""The heat map: a table of one metric whose cells are coloured by class; every number stands in its cell, so the colour says nothing alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import DefinedView, Symbol, defined, sign


class HeatCell(NamedTuple):
    """One cell: its number as printed, or the sign of why there is none; its class from 1, None where it is not coloured although there is
    a number (too few have reported); the mark that a revision changed it.
    """

    text: str = ""
    symbol: Symbol = ""
    step: int | None = None
    mark: str = ""


class HeatView(NamedTuple):
    """The map: its name for screen readers, the head over the rows' names, heads of columns, rows; the classes as printed, low to high.

    subs: below each head, its unit or how it is coloured; defined: where a metric's head leads.
    """

    name: str
    corner: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[HeatCell]]]
    legend: str
    classes: Sequence[str]
    subs: Sequence[str] = ()
    defined: Sequence[DefinedView] = ()


def heat(view: HeatView, phrases: Phrases) -> Element:
    """Draw the classes above the table."""
    heads = [e.th(view.corner, scope="col"), *(_head(view, at) for at in range(len(view.heads)))]
    lines = [
        e.tr(e.th(name, scope="row"), *(_cell(cell, phrases) for cell in cells))
        for name, cells in view.rows
    ]
    drawn = e.table(e.caption(view.name, cls="sr"), e.thead(e.tr(*heads)), e.tbody(*lines), cls="t heat")  # fmt: skip
    scroll = e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name)
    return e.div(classes_key(view.legend, view.classes, phrases), scroll)


def _head(view: HeatView, at: int) -> Element:
    name = defined(view.heads[at], view.defined[at] if view.defined else None)
    sub = (e.br(), e.span(view.subs[at], cls="m")) if view.subs else ()
    return e.th(name, *sub, scope="col")


def _cell(cell: HeatCell, phrases: Phrases) -> Element:
    mark: list[Child] = [" ", e.small(cell.mark, cls="r")] if cell.mark else []
    if cell.symbol:
        shown: Child = sign(cell.symbol, phrases)
        return e.td(e.span(shown, *mark, cls="hatch" if cell.symbol == "not_submitted" else "bare"))
    return e.td(e.span(cell.text, *mark, cls=f"s{cell.step}" if cell.step else "thin"))


def classes_key(legend: str, classes: Sequence[str], phrases: Phrases) -> Element:
    """What is coloured, and the classes with their shades."""
    steps = [
        e.span(e.i(cls=f"s{at}"), text, cls="step") for at, text in enumerate(classes, start=1)
    ]
    keys = [
        e.span(e.i(cls="thin"), phrases("tiles.hatch"), cls="hk"),
        e.span(e.i(cls="hatch"), phrases("symbol.not_submitted"), cls="hk"),
    ]
    return e.div(e.span(legend, cls="lt"), e.span(*steps, cls="steps"), *keys, cls="keyed")
