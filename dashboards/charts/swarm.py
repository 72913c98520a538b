"""The distribution of units: a dot each up to a thousand, columns above; median, middle half, limit and a marked place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, log10
from typing import Any, Literal

from dashboards.charts.words import spoken
from dashboards.theme import Theme, palette, template

Figure = dict[str, Any]

MOST_DOTS = 1_000
_TOP, _BOTTOM, _SIDE = 44, 46, 14
_DIGIT_PX = 6.5  # of a number under the axis
_BIN_PX, _COLUMN_PX = 6, 8
_NEAR_AN_END = 0.1  # of the axis
_HALVES = 6  # twelve ticks stand half a unit apart on an axis of six
_FEW, _FEW_BIN_PX, _LEAST_DOT_PX = 150, 9, 2.8


@dataclass(frozen=True, slots=True)
class MarkView:
    """A place marked under the axis, with its words ("全国 16.2")."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class SwarmView:
    """Nameless values of units on one axis.

    median, middle: the median and the quartiles, or None; median_text is written over its line ("中位数 16.9").
    limit: drawn dashed with limit_text ("限值 20：53 校超限（11.5%）"); breach says on which side of it a unit breaks it.
    low, high: the axis' ends; values beyond are drawn at the end. dot_text or column_text stands at the axis' end, by
    what is drawn (": 1，每点 1 校", ": 1，柱高为校数"): dots while each is seen as one, else columns.
    """

    values: Sequence[float]
    median: float | None = None
    median_text: str = ""
    middle: tuple[float, float] | None = None
    limit: float | None = None
    limit_text: str = ""
    breach: Literal["above", "below"] = "above"
    marks: Sequence[MarkView] = ()
    dot_text: str = ""
    column_text: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class _Canvas:
    """The view between its two ends, in a theme's colours."""

    view: SwarmView
    low: float
    high: float
    bins: int
    height_px: int
    dot_px: float
    colour: dict[str, str]

    @cached_property
    def step(self) -> float:
        return (self.high - self.low) / self.bins

    def middle_of(self, at: int) -> float:
        return round(self.low + (at + 0.5) * self.step, 4)

    def counts(self) -> Counter[tuple[int, bool]]:
        """Count the units by (bin, breaks the limit): by the places of the edges among the sorted values."""
        ordered = sorted(self.view.values)
        above, limit = self.view.breach == "above", self.view.limit
        # A value on an edge lies on the lawful side of it.
        find, nudge = (bisect_right, 1e-9) if above else (bisect_left, -1e-9)
        cut = (len(ordered) if above else 0) if limit is None else find(ordered, limit)
        found: Counter[tuple[int, bool]] = Counter()
        start = 0
        for at in range(self.bins):
            edge = self.low + (at + 1 + nudge) * self.step
            end = len(ordered) if at == self.bins - 1 else find(ordered, edge)
            before = max(min(end, cut) - start, 0)
            found[at, not above] += before
            found[at, above] += end - start - before
            start = end
        return +found


def _canvas(view: SwarmView, room_px: int, height_px: int, colour: dict[str, str]) -> _Canvas:
    """Choose dots where each is still seen as one, and columns elsewhere."""
    bin_px = _FEW_BIN_PX if len(view.values) <= _FEW else _BIN_PX
    canvas = _Canvas(view, *_ends(view), room_px // bin_px, height_px, bin_px - 0.6, colour)
    if len(view.values) <= MOST_DOTS:
        heights: Counter[int] = Counter()
        for (at, _), number in canvas.counts().items():
            heights[at] += number
        tall_px = (height_px - _TOP - _BOTTOM) / max(heights.values(), default=1) - 1
        if tall_px >= _LEAST_DOT_PX:
            return replace(canvas, dot_px=round(min(canvas.dot_px, tall_px), 1))
    return _Canvas(view, *_even(*_ends(view), room_px // _COLUMN_PX), height_px, 0.0, colour)


def swarm(view: SwarmView, theme: Theme, width_px: int = 720, height_px: int = 230) -> Figure:
    """Return the figure in Plotly's JSON form; `width_px` is about what its column gives it (7 of 12: 720, 5: 500)."""
    canvas = _canvas(view, width_px - 2 * _SIDE, height_px, palette(theme))
    traces, reach = _dots(canvas) if canvas.dot_px else _columns(canvas)
    return {
        "data": traces,
        "layout": {
            "template": template(theme),
            "height": height_px,
            "margin": {"t": _TOP, "b": _BOTTOM, "l": _SIDE, "r": _SIDE},
            "barmode": "stack",
            "xaxis": _axis(canvas, width_px - 2 * _SIDE),
            "yaxis": {"range": reach, "visible": False},
            "shapes": _shapes(view, canvas.colour),
            "annotations": _words(canvas),
        },
    }


def _axis(canvas: _Canvas, room_px: int) -> dict[str, Any]:
    """As many ticks as have room beside each other, at most twelve; over a short axis with as many decimals as tell them apart."""
    decimals = max(ceil(-log10((canvas.high - canvas.low) / _HALVES)), 0)
    tick_px = _DIGIT_PX * len(f"{canvas.high:,.{decimals}f}") + 24
    return {
        "range": [canvas.low - canvas.step, canvas.high + canvas.step],
        "nticks": max(3, min(12, int(room_px / tick_px))),
        "ticks": "outside",
        "ticklen": 4,
        "tickformat": f",.{decimals}f",
    }


def _even(low: float, high: float, most: int) -> tuple[float, float, int]:
    """Widen two ends to at most `most` round steps (1, 2, 2.5, 5 times a power of ten), and count them.

    So a round limit falls between two columns, and values given in round numbers fill them evenly.
    """
    power = 10.0 ** floor(log10((high - low) / most))
    step = next(
        times * power for times in (1, 2, 2.5, 5, 10) if (high - low) / power <= times * most
    )
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return first * step, last * step, last - first


def _ends(view: SwarmView) -> tuple[float, float]:
    known = [*view.values, *(mark.value for mark in view.marks)]
    if view.limit is not None:
        known.append(view.limit)
    low = min(known, default=0.0) if view.low is None else view.low
    high = max(known, default=1.0) if view.high is None else view.high
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _dots(canvas: _Canvas) -> tuple[list[dict[str, Any]], list[float]]:
    """Stack the dots of each bin around the middle line."""
    counts = canvas.counts()
    stacked: Counter[int] = Counter()
    for (at, _), number in counts.items():
        stacked[at] += number
    tallest = max(stacked.values(), default=1)
    room = (canvas.height_px - _TOP - _BOTTOM) / (canvas.dot_px + 1)
    reach = max(room, tallest) / 2
    return [*_dot_traces(canvas, counts, stacked)], [-reach, reach]


def _dot_traces(
    canvas: _Canvas, counts: Counter[tuple[int, bool]], stacked: Counter[int]
) -> Iterator[dict[str, Any]]:
    placed: Counter[int] = Counter()
    points: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for (at, breach), number in sorted(counts.items()):
        floor = placed[at] - (stacked[at] - 1) / 2
        points[breach] += [(canvas.middle_of(at), floor + dot) for dot in range(number)]
        placed[at] += number
    looks = {False: ("circle", canvas.colour["mark"]), True: ("square", canvas.colour["miss"])}
    for breach, where in points.items():
        if where:
            yield {
                "type": "scatter",
                "mode": "markers",
                "x": [across for across, _ in where],
                "y": [up for _, up in where],
                "marker": {
                    "size": canvas.dot_px,
                    "symbol": looks[breach][0],
                    "color": looks[breach][1],
                },
                "hoverinfo": "skip",
            }


def _columns(canvas: _Canvas) -> tuple[list[dict[str, Any]], list[float]]:
    """Draw one bar a bin; the units that break the limit stand in their own colour."""
    counts = canvas.counts()
    traces = []
    for breach, ink in ((False, canvas.colour["mark"]), (True, canvas.colour["miss"])):
        bars = sorted((at, number) for (at, side), number in counts.items() if side is breach)
        if bars:
            traces.append(_bars(canvas, bars, ink))
    totals: Counter[int] = Counter()
    for (at, _), number in counts.items():
        totals[at] += number
    return traces, [0, max(totals.values(), default=1) * 1.05]


def _bars(canvas: _Canvas, bars: list[tuple[int, int]], ink: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [canvas.middle_of(at) for at, _ in bars],
        "y": [number for _, number in bars],
        "width": canvas.step * 0.86,
        "marker": {"color": ink},
        "hovertemplate": "%{y}<extra></extra>",
    }


def _rule(at: float, ink: str, dash: str, top: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": top,
        "line": {"color": ink, "width": 1.5, "dash": dash},
    }


def _shapes(view: SwarmView, colour: dict[str, str]) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    if view.middle:
        band = {
            "xref": "x",
            "yref": "paper",
            "x0": view.middle[0],
            "x1": view.middle[1],
            "y0": 0,
            "y1": 1,
        }
        shapes.append(
            {
                **band,
                "type": "rect",
                "layer": "below",
                "fillcolor": colour["chart-band"],
                "line": {"width": 0},
            }
        )
    if view.median is not None:
        shapes.append(_rule(view.median, colour["ink"], "solid", 1.04))
    if view.limit is not None:
        shapes.append(_rule(view.limit, colour["miss"], "dash", 1.04))
    return shapes


def _words(canvas: _Canvas) -> list[dict[str, Any]]:
    view, colour = canvas.view, canvas.colour
    words = []
    median_side, limit_side = _sides(canvas)
    if view.median is not None:
        words.append(_over(view.median, view.median_text, colour["ink"], median_side))
    if view.limit is not None:
        # Where both lean to the same side, the limit's words stand a line higher.
        lift = 16 if view.median is not None and limit_side == median_side else 0
        words.append(
            {**_over(view.limit, view.limit_text, colour["miss"], limit_side), "yshift": lift}
        )
    words += [_under(mark, colour) for mark in view.marks]
    words.append(_corner(view.dot_text if canvas.dot_px else view.column_text, colour))
    return words


def _sides(canvas: _Canvas) -> tuple[str, str]:
    """Return where the words of median and limit lean: away from each other, and into the picture."""
    limit, median = canvas.view.limit, canvas.view.median
    if limit is None:
        return _inward(canvas, median), "center"
    limit_side = "left" if limit - canvas.low < (canvas.high - canvas.low) * 0.6 else "right"
    return ("right" if median is None or median <= limit else "left"), limit_side


def _inward(canvas: _Canvas, at: float | None) -> str:
    """Words over a line near an end lean into the picture; elsewhere they stand over it."""
    far = (canvas.high - canvas.low) * _NEAR_AN_END
    if at is not None and at - canvas.low < far:
        return "left"
    return "right" if at is not None and canvas.high - at < far else "center"


def _over(at: float, text: str, ink: str, anchor: str) -> dict[str, Any]:
    return {
        "x": at,
        "y": 1.04,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": anchor,
        "xshift": {"left": 2, "right": -2, "center": 0}[anchor],
        "text": f"<b>{spoken(text)}</b>",
        "font": {"color": ink},
    }


def _under(mark: MarkView, colour: dict[str, str]) -> dict[str, Any]:
    return {
        "x": mark.value,
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -22,
        "text": f"<b>▲ {spoken(mark.text)}</b>",
        "font": {"color": colour["accent"]},
    }


def _corner(text: str, colour: dict[str, str]) -> dict[str, Any]:
    return {
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -22,
        "text": spoken(text),
        "font": {"color": colour["ink-3"]},
    }
