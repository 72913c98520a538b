"""One number beside what was expected of it: the range as a box, the number as a diamond, and how far it lies outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dashboards.charts.words import spoken
from dashboards.theme import Theme, palette, template

Figure = dict[str, Any]

HEIGHT_PX = 132
_TOP, _BOTTOM, _SIDE = 46, 46, 12
_NARROW_PX, _DIGIT_PX = 330, 6.5  # of the strip on a telephone, and of a number under its axis
_ROOM = 0.12  # of the axis on either side, that no words are cut off
_LOW, _HIGH = 0.1, 0.9  # the box between the axis and the words above


@dataclass(frozen=True, slots=True)
class ExpectationView:
    """`low`, `high`: the range, either None where it is open on that side. `before`: the number of the year before, or None.

    The texts stand at what they name: own_text above the diamond, range_text above the box, before_text under the axis' ticks.
    `ink` is the colour of the judgement. `ends` of the axis where they are not those of the numbers.
    """

    own: float
    own_text: str
    low: float | None = None
    high: float | None = None
    range_text: str = ""
    before: float | None = None
    before_text: str = ""
    decimals: int = 0
    ink: Literal["doubt", "miss", "near"] = "doubt"
    ends: tuple[float, float] | None = None


def expectation(view: ExpectationView, theme: Theme) -> Figure:
    """Return the figure in Plotly's JSON form."""
    colour = palette(theme)
    first, last = _ends(view)
    return {
        "data": [_diamond(view, colour)],
        "layout": {
            "template": template(theme), "height": HEIGHT_PX, "margin": {"t": _TOP, "b": _BOTTOM, "l": _SIDE, "r": _SIDE},
            "xaxis": {"range": [first, last], "nticks": _ticks(view, last), "tickangle": 0, "ticks": "outside", "ticklen": 4, "tickformat": f",.{view.decimals}f"},
            "yaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
            "shapes": _shapes(view, first, last, colour), "annotations": _words(view, first, last, colour),
        },
    }  # fmt: skip


def _ends(view: ExpectationView) -> tuple[float, float]:
    if view.ends:
        return view.ends
    known = [one for one in (view.own, view.low, view.high, view.before) if one is not None]
    span = (max(known) - min(known)) or abs(view.own) or 1.0
    return min(known) - _ROOM * span, max(known) + _ROOM * span


def _ticks(view: ExpectationView, last: float) -> int:
    """As many as have room beside each other on a telephone."""
    tick_px = _DIGIT_PX * len(f"{last:,.{view.decimals}f}") + 24
    return max(3, min(7, int(_NARROW_PX / tick_px)))


def _diamond(view: ExpectationView, colour: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "x": [view.own], "y": [0.5], "hoverinfo": "skip",
        "marker": {"size": 13, "symbol": "diamond", "color": colour[view.ink]},
    }  # fmt: skip


def _shapes(view: ExpectationView, first: float, last: float, colour: dict[str, str]) -> list[dict[str, Any]]:  # fmt: skip
    """The box, which runs to the end where it is open; the way from it to the number; a tick for the year before."""
    shapes = []
    if view.low is not None or view.high is not None:
        low, high = first if view.low is None else view.low, last if view.high is None else view.high  # fmt: skip
        shapes.append({
            "type": "rect", "x0": low, "x1": high, "y0": _LOW, "y1": _HIGH, "layer": "below",
            "fillcolor": colour["chart-band"], "line": {"width": 1, "color": colour["rule-2"]},
        })  # fmt: skip
        edge = min(max(view.own, low), high)
        if edge != view.own:
            shapes.append(_line(edge, view.own, 0.5, 0.5, colour[view.ink], "dot"))
    if view.before is not None:
        shapes.append(_line(view.before, view.before, _LOW, _HIGH, colour["ink"], "solid"))
    return shapes


def _line(x0: float, x1: float, y0: float, y1: float, ink: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": {"color": ink, "width": 1.5, "dash": dash}}  # fmt: skip


def _words(view: ExpectationView, first: float, last: float, colour: dict[str, str]) -> list[dict[str, Any]]:  # fmt: skip
    """The number's words above those of the range: they never meet, however near the two lie."""
    words = [_word(view.own, (view.own - first) / (last - first), f"<b>{spoken(view.own_text)}</b>", 22, colour[view.ink])]  # fmt: skip
    if view.range_text:
        low, high = first if view.low is None else view.low, last if view.high is None else view.high  # fmt: skip
        at = (low + high) / 2
        words.append(_word(at, (at - first) / (last - first), spoken(view.range_text), 4, colour["ink-2"]))  # fmt: skip
    if view.before is not None and view.before_text:
        under = {"y": 0, "yanchor": "top", "yshift": -24}
        words.append({**_word(view.before, (view.before - first) / (last - first), spoken(view.before_text), 0, colour["ink-2"]), **under})  # fmt: skip
    return words


def _word(at: float, place: float, text: str, lift_px: int, ink: str) -> dict[str, Any]:
    """Words over a place of the axis; near either end they lean into the picture."""
    side = "left" if place < 0.3 else "right" if place > 0.7 else "center"
    return {
        "x": at, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": lift_px, "xanchor": side,
        "text": text, "font": {"color": ink}, "showarrow": False,
    }  # fmt: skip
