"""Small multiples: one small chart for each place, group or metric, all on the same scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.parts.cell import SIGNS, Symbol


class PointView(NamedTuple):
    """A year of a panel: where from below in percent, or the sign of why there is nothing."""

    share: float | None
    symbol: Symbol = ""


class BarView(NamedTuple):
    """A group of a panel: its name, its length in percent and its number, or a sign alone."""

    name: str
    share: float | None
    text: str


class PanelView(NamedTuple):
    """One panel: its name, its newest value as printed (or a sign), its unit where panels differ in it, its ends as printed, and points or bars."""

    name: str
    value: str
    unit: str = ""
    ends: tuple[str, str] = ("", "")
    points: Sequence[PointView] = ()
    bars: Sequence[BarView] = ()
    limit: float | None = None


class MultiplesView(NamedTuple):
    """All panels; `span` are the first and the last year of points; `hollow`: the last point is provisional."""

    sentence: str
    panels: Sequence[PanelView]
    span: tuple[str, str] = ("", "")
    hollow: bool = False


def multiples(view: MultiplesView) -> Element:
    """Draw the panels side by side, as many as there is room for."""
    panels = [_panel(panel, view) for panel in view.panels]
    return e.div(*panels, cls="multiples", role="img", aria_label=view.sentence)


def _panel(panel: PanelView, view: MultiplesView) -> Element:
    unit = e.span(panel.unit, cls="m") if panel.unit else None
    head = e.div(e.span(panel.name, cls="nm"), e.b(panel.value), unit, cls="ph")
    if panel.bars:
        return e.div(head, *map(_bar, panel.bars), cls="pan")
    low, high = panel.ends
    ends = e.span(e.span(high), e.span(low), cls="ys")
    years = e.div(*map(e.span, view.span), cls="xs")
    return e.div(head, e.div(ends, e.div(*_plot(panel, view), cls="plot"), cls="py"), years, cls="pan")  # fmt: skip


def _bar(bar: BarView) -> Element:
    width = {"width": f"{bar.share or 0:g}%"}
    drawn = e.span(e.i(style=width) if bar.share is not None else None, cls="pb")
    return e.div(e.span(bar.name, cls="nm"), drawn, e.span(bar.text, cls="num"), cls="pr")


def _plot(panel: PanelView, view: MultiplesView) -> Iterator[Child]:
    """The limit, the line in pieces between gaps, a dot for each year, and signs where there is no number."""
    if panel.limit is not None:
        yield e.i(cls="lim", style={"bottom": f"{panel.limit:g}%"})
    spots = [_left(at, len(panel.points)) for at in range(len(panel.points))]
    lines = [e.polyline(points=points) for points in _pieces(panel.points, spots)]
    yield e.svg(*lines, viewBox="0 0 100 100", preserveAspectRatio="none", aria_hidden="true")
    last = max((at for at, point in enumerate(panel.points) if point.share is not None), default=-1)  # fmt: skip
    for at, (left, point) in enumerate(zip(spots, panel.points, strict=True)):
        if point.share is None:
            yield e.span(SIGNS.get(point.symbol, ""), cls="sg", style={"left": f"{left:g}%"})
        else:
            look = ("last hollow" if view.hollow else "last") if at == last else ""
            yield e.i(cls=look, style={"left": f"{left:g}%", "bottom": f"{point.share:g}%"})


def _left(at: int, many: int) -> float:
    return round(at * 100 / max(many - 1, 1), 2) if many > 1 else 50.0


def _pieces(points: Sequence[PointView], spots: Sequence[float]) -> Iterator[str]:
    piece: list[str] = []
    for left, point in zip(spots, points, strict=True):
        if point.share is not None:
            piece.append(f"{left:g},{100 - point.share:g}")
            continue
        if len(piece) > 1:
            yield " ".join(piece)
        piece = []
    if len(piece) > 1:
        yield " ".join(piece)
