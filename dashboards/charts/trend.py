"""Lines over the years; a break in the series is a gap with a dashed rule and its reason, never a joined line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from dashboards.charts.words import spoken
from dashboards.numbers import plain
from dashboards.theme import Theme, palette, template

Figure = dict[str, Any]

_TOP, _BOTTOM, _LEFT, _RIGHT = 26, 34, 44, 112
_DIGIT_PX = 6.2  # of a number on an axis, its commas counted too
_LABEL_PX = 16
_SHORT_UNIT = 4  # letters that fit over the ticks


@dataclass(frozen=True, slots=True)
class LineView:
    """One line: own place (accent), its parent (grey) or another series; one value a year, None where there is none.

    label: what is written at its end ("湖南 57.2"). dashed: a series published elsewhere, in open rings, so that where
    both agree ours is seen inside them; one that ends early has its name over its beginning.
    """

    label: str
    values: Sequence[float | None]
    role: Literal["own", "parent", "other"] = "own"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class BreakView:
    """The series before `labels[at]` and from it on must not be compared; `text` says why."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class ExpectedView:
    """Where the value at `labels[at]` was expected: from `low` to `high`, in the unit of the lines."""

    at: int
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class TrendView:
    """Lines over `labels` (years as printed).

    preliminary: the last point is hollow, and `preliminary_text` ("初步") stands under its tick.
    limit: a dashed line with `limit_text`. unit: written once over the axis. decimals: of the ticks and hover.
    """

    labels: Sequence[str]
    lines: Sequence[LineView]
    unit: str = ""
    breaks: Sequence[BreakView] = ()
    limit: float | None = None
    limit_text: str = ""
    preliminary: bool = False
    preliminary_text: str = ""
    decimals: int = 1
    from_zero: bool = False
    expected: ExpectedView | None = None


def trend(view: TrendView, theme: Theme, height_px: int = 260) -> Figure:
    """Return the figure in Plotly's JSON form."""
    low, high = _range(view)
    colour = palette(theme)
    # Rings first: where both series agree, ours is drawn inside them.
    lines = sorted(view.lines, key=lambda line: not line.dashed)
    traces = [trace for line in lines for trace in _traces(line, view, colour)]
    return {
        "data": traces,
        "layout": {
            "template": template(theme),
            "height": height_px,
            "margin": {
                "t": _TOP,
                "b": _BOTTOM,
                "l": _left(high, _tick_decimals(low, high)),
                "r": _RIGHT,
            },
            "xaxis": _years(view),
            "yaxis": {
                "range": [low, high],
                "nticks": 5,
                "tickformat": f",.{_tick_decimals(low, high)}f",
            },
            "shapes": [
                *_break_rules(view, colour),
                *_limit_rule(view, colour),
                *_range_box(view, colour),
            ],
            "annotations": [
                *_ends(view, low, high, height_px, colour),
                *_break_words(view, colour),
                *_limit_words(view, colour),
                *_range_words(view, colour),
                _unit(view, colour),
            ],
        },
    }


def _left(high: float, decimals: int) -> float:
    """Room for the longest number of the axis."""
    return max(_LEFT, _DIGIT_PX * len(f"{high:,.{decimals}f}") + 4)


def _known(view: TrendView) -> list[float]:
    values = [value for line in view.lines for value in line.values if value is not None]
    expected = [view.expected.low, view.expected.high] if view.expected is not None else []
    return values + expected + ([view.limit] if view.limit is not None else [])


def _range(view: TrendView) -> tuple[float, float]:
    """Leave a sixth of the span free at both ends; start at zero where lengths are read."""
    known = _known(view) or [0.0, 1.0]
    low, high = min(known), max(known)
    # A change of a few hundredths must not look like a fall: the axis spans a twentieth of the value at least.
    room = max((high - low) / 6, abs(high) / 40) or 1.0
    bottom = 0.0 if view.from_zero else low - room
    return (max(bottom, 0.0) if low >= 0 else bottom), high + room


def _tick_decimals(low: float, high: float) -> int:
    span = high - low
    return 0 if span >= 4 else 1 if span >= 0.4 else 2


def _years(view: TrendView) -> dict[str, Any]:
    words = list(view.labels)
    if view.preliminary and view.preliminary_text and words:
        words[-1] = f"{words[-1]}<br>{view.preliminary_text}"
    last = len(words) - 1
    return {"tickvals": list(range(len(words))), "ticktext": words, "range": [-0.25, last + 0.15]}


def _pieces(line: LineView, view: TrendView) -> list[tuple[int, int]]:
    """Return the stretches (from, to) of a line between breaks."""
    cuts = [0, *sorted(each.at for each in view.breaks), len(line.values)]
    return [(start, end) for start, end in pairwise(cuts) if start < end]


def _traces(line: LineView, view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    ink = _ink(line, colour)
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": list(range(start, end)),
            "y": list(line.values[start:end]),
            "line": {
                "color": ink,
                "width": 2 if line.role == "own" else 1.5,
                "dash": "dot" if line.dashed else "solid",
            },
            "marker": _ring(ink, colour) if line.dashed else _marker(start, end, ink, view, colour),
            "hovertemplate": f"%{{y:,.{view.decimals}f}}<extra>{spoken(line.label)}</extra>",
            "connectgaps": False,
        }
        for start, end in _pieces(line, view)
    ]


def _ink(line: LineView, colour: dict[str, str]) -> str:
    if line.dashed:
        return colour["ink-2"]
    return {"own": colour["accent"], "parent": colour["mark"], "other": colour["cat-2"]}[line.role]


def _ring(ink: str, colour: dict[str, str]) -> dict[str, Any]:
    return {"size": 11, "color": colour["paper"], "line": {"color": ink, "width": 1.2}}


def _marker(
    start: int, end: int, ink: str, view: TrendView, colour: dict[str, str]
) -> dict[str, Any]:
    hollow = view.preliminary and end == len(view.labels)
    fills = [ink] * (end - start)
    if hollow:
        fills[-1] = colour["paper"]
    return {"size": 7, "color": fills, "line": {"color": ink, "width": 1.6}}


def _ends(
    view: TrendView, low: float, high: float, height_px: int, colour: dict[str, str]
) -> list[dict[str, Any]]:
    """Write each line's name at its last value, pushed apart where they would touch."""
    newest = len(view.labels) - 1
    known = [(last, line) for line in view.lines if (last := _last(line)) is not None]
    ends = [pair for pair in known if pair[0][0] == newest or _is_ours(pair[1])]
    ends.sort(key=lambda pair: pair[0][1])
    per_px = (high - low) / (height_px - _TOP - _BOTTOM)
    words = [
        _beginning(line, colour) for (at, _), line in known if at < newest and not _is_ours(line)
    ]
    below = float("-inf")
    for (at, value), line in ends:
        place = max(value, below + _LABEL_PX * per_px)
        below = place
        words.append(_end(at, place, line, colour))
    return words


def _is_ours(line: LineView) -> bool:
    """Whether it is the place's own line, and none that was published elsewhere."""
    return line.role == "own" and not line.dashed


def _beginning(line: LineView, colour: dict[str, str]) -> dict[str, Any]:
    at, value = next((at, value) for at, value in enumerate(line.values) if value is not None)
    return {
        "x": at,
        "y": value,
        "text": spoken(line.label),
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 8,
        "font": {"color": colour["ink-2"]},
    }


def _last(line: LineView) -> tuple[int, float] | None:
    for at in range(len(line.values) - 1, -1, -1):
        value = line.values[at]
        if value is not None:
            return at, value
    return None


def _end(at: int, place: float, line: LineView, colour: dict[str, str]) -> dict[str, Any]:
    own = line.role == "own"
    ink = {"own": colour["accent"], "parent": colour["ink-2"], "other": colour["ink-2"]}[line.role]
    return {
        "x": at,
        "y": place,
        "text": f"<b>{spoken(line.label)}</b>" if own else spoken(line.label),
        "xanchor": "left",
        "xshift": 10,
        "font": {"color": ink},
    }


def _break_rules(view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    rule = {"color": colour["mark"], "width": 1, "dash": "dash"}
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": each.at - 0.5,
            "x1": each.at - 0.5,
            "y0": 0,
            "y1": 1.06,
            "line": rule,
        }
        for each in view.breaks
    ]


def _break_words(view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    """Write the reason on the roomier side of the rule."""
    middle = (len(view.labels) - 1) / 2
    return [
        {
            "x": each.at - 0.5,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": spoken(each.text),
            "xanchor": "left" if each.at - 0.5 <= middle else "right",
            "xshift": 4 if each.at - 0.5 <= middle else -4,
            "font": {"color": colour["ink-2"]},
        }
        for each in view.breaks
    ]


def _limit_rule(view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    if view.limit is None:
        return []
    rule = {"color": colour["miss"], "width": 1.2, "dash": "dash"}
    return [
        {
            "type": "line",
            "xref": "paper",
            "yref": "y",
            "x0": 0,
            "x1": 1,
            "y0": view.limit,
            "y1": view.limit,
            "line": rule,
        }
    ]


def _limit_words(view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    if view.limit is None:
        return []
    text = view.limit_text or plain(view.limit, view.decimals)
    return [
        {
            "x": 0,
            "xref": "paper",
            "y": view.limit,
            "yanchor": "bottom",
            "xanchor": "left",
            "text": text,
            "font": {"color": colour["miss"]},
        }
    ]


def _range_box(view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    if view.expected is None:
        return []
    one = view.expected
    return [
        {"type": "rect", "xref": "x", "yref": "y", "x0": one.at - 0.2, "x1": one.at + 0.2, "y0": one.low, "y1": one.high,
         "fillcolor": colour["mark"], "opacity": 0.3, "line": {"width": 0}, "layer": "below"}
    ]  # fmt: skip


def _range_words(view: TrendView, colour: dict[str, str]) -> list[dict[str, Any]]:
    """At the end of the range that is further from the value: above it or below."""
    if view.expected is None:
        return []
    one = view.expected
    known = [line.values[one.at] for line in view.lines if line.role == "own"]
    is_above = any(value is not None and value > (one.low + one.high) / 2 for value in known)
    return [
        {"x": one.at, "y": one.low if is_above else one.high, "text": spoken(one.text), "xanchor": "center",
         "yanchor": "top" if is_above else "bottom", "font": {"color": colour["ink-2"]}}
    ]  # fmt: skip


def _unit(view: TrendView, colour: dict[str, str]) -> dict[str, Any]:
    """Over the ticks where it is short; a long one begins at the axis, for left of it there is no room."""
    is_short = len(view.unit) <= _SHORT_UNIT
    return {
        "x": 0,
        "xref": "paper",
        "xanchor": "right" if is_short else "left",
        "xshift": -8 if is_short else 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": view.unit,
        "font": {"color": colour["ink-3"]},
    }
