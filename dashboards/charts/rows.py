"""Rows one below the other: a bar from zero, or a dot on a common axis with the first year as a ring joined to the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.charts.words import spoken
from dashboards.numbers import plain
from dashboards.theme import Theme, palette, template

Figure = dict[str, Any]

ROW_PX, BROKEN_PX, _TOP, _BOTTOM, _RIGHT, _LETTER_PX = 26, 36, 26, 34, 64, 13
_LEAST_LEFT, _MOST_LEFT = 60, 210


@dataclass(frozen=True, slots=True)
class LineView:
    """One row: its name, its value now and, for a dot, before; None where there is none. `sign` is printed in place of a missing value."""

    name: str
    now: float | None
    before: float | None = None
    sign: str = ""


@dataclass(frozen=True, slots=True)
class RowsView:
    """Rows from above to below. kind: bar from zero, or dot. rule: a value all are read against (its place, its words); limit alike, dashed."""

    rows: Sequence[LineView]
    kind: str
    decimals: int
    unit: str
    rule: tuple[float, str] | None = None
    limit: tuple[float, str] | None = None


def height(view: RowsView) -> int:
    """In pixels."""
    return (
        _TOP
        + _BOTTOM
        + (BROKEN_PX if any(_lines(row.name)[1:] for row in view.rows) else ROW_PX) * len(view.rows)
    )


def rows(view: RowsView, theme: Theme) -> Figure:
    """Return the figure in Plotly's JSON form."""
    colour = palette(theme)
    left = max(_px(line) for row in view.rows for line in _lines(row.name)) + 16
    return {
        "data": _bars(view, colour) if view.kind == "bar" else _dots(view, colour),
        "layout": {
            "template": template(theme),
            "height": height(view),
            "showlegend": False,
            "margin": {"t": _TOP, "b": _BOTTOM, "l": min(max(left, _LEAST_LEFT), _MOST_LEFT), "r": _RIGHT},
            "xaxis": _values(view),
            "yaxis": _names(view),
            "shapes": [*_joins(view, colour), *_rules(view, colour)],
            "annotations": [*_numbers(view, colour), *_rule_words(view, colour)],
        },
    }  # fmt: skip


def _px(text: str) -> int:
    """How wide a text is drawn, about: a Chinese letter is twice as wide as a Latin one."""
    return len(text.encode("gbk", "replace")) * _LETTER_PX // 2


def _lines(name: str) -> list[str]:
    """A name in one line, or in the two that are least wide where one has no room."""
    gaps = [at for at, letter in enumerate(name) if letter == " "]
    if _px(name) <= _MOST_LEFT - 16 or not gaps:
        return [name]
    at = min(gaps, key=lambda gap: max(_px(name[:gap]), _px(name[gap + 1 :])))
    return [name[:at], name[at + 1 :]]


def _values(view: RowsView) -> dict[str, Any]:
    low, high = _ends(view)
    return {
        "range": [low, high],
        "nticks": 7,
        "tickformat": ",",
        "zeroline": view.kind == "bar",
        "showgrid": True,
    }


def _ends(view: RowsView) -> tuple[float, float]:
    """The axis: from zero for bars, around the values for dots, with room for the numbers."""
    known = [value for row in view.rows for value in (row.now, row.before) if value is not None]
    known += [rule[0] for rule in (view.rule, view.limit) if rule]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = (high - low or abs(high) or 1.0) * 0.12
    return (
        (min(0.0, low - room * (low < 0)), max(0.0, high + room))
        if view.kind == "bar"
        else (low - room, high + room)
    )


def _names(view: RowsView) -> dict[str, Any]:
    names = ["<br>".join(f"{spoken(line)} " for line in _lines(row.name)) for row in view.rows]
    return {
        "tickvals": list(range(len(names))), "ticktext": names, "range": [len(names) - 0.5, -0.5], "showgrid": False, "zeroline": False,
    }  # fmt: skip


def _bars(view: RowsView, colour: dict[str, str]) -> list[dict[str, Any]]:
    values = [row.now for row in view.rows]
    return [
        {
            "type": "bar", "orientation": "h", "x": values, "y": list(range(len(values))), "width": 0.6, "marker": {"color": colour["accent"]},
            "hoverinfo": "skip",
        }
    ]  # fmt: skip


def _dots(view: RowsView, colour: dict[str, str]) -> list[dict[str, Any]]:
    """The first year's rings under the last year's dots."""
    rings = {"size": 9, "color": colour["paper"], "line": {"width": 1.5, "color": colour["accent"]}}
    dots = {"size": 9, "color": colour["accent"]}
    return [
        {
            "type": "scatter", "mode": "markers", "x": [getattr(row, when) for row in view.rows], "y": list(range(len(view.rows))),
            "marker": look, "hoverinfo": "skip",
        }
        for when, look in (("before", rings), ("now", dots))
    ]  # fmt: skip


def _joins(view: RowsView, colour: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"type": "line", "x0": row.before, "x1": row.now, "y0": at, "y1": at, "layer": "below", "line": {"color": colour["accent"], "width": 1.5}}
        for at, row in enumerate(view.rows)
        if row.before is not None and row.now is not None
    ]  # fmt: skip


def _numbers(view: RowsView, colour: dict[str, str]) -> list[dict[str, Any]]:
    """The number of now beyond its mark, that of before on the other side."""
    found = []
    for at, row in enumerate(view.rows):
        if row.now is None:
            found += [_sign(at, row.sign, colour["ink-3"])] if row.sign else []
            continue
        is_right = row.before is None or row.now >= row.before
        found.append(_number(view, at, row.now, colour["ink"], is_right=is_right))
        if row.before is not None:
            found.append(_number(view, at, row.before, colour["ink-3"], is_right=not is_right))
    return found


def _sign(at: int, words: str, ink: str) -> dict[str, Any]:
    """Why there is no mark, at the edge: beside an axis that begins where it will, no place of it would be true."""
    return {
        "x": 0, "xref": "paper", "y": at, "text": spoken(words), "showarrow": False, "xanchor": "left", "xshift": 6, "font": {"size": 12, "color": ink},
    }  # fmt: skip


def _number(view: RowsView, at: int, value: float, ink: str, *, is_right: bool) -> dict[str, Any]:
    return {
        "x": value, "y": at, "text": plain(value, view.decimals), "showarrow": False, "xanchor": "left" if is_right else "right",
        "xshift": 8 if is_right else -8, "font": {"size": 12, "color": ink},
    }  # fmt: skip


def _rules(view: RowsView, colour: dict[str, str]) -> list[dict[str, Any]]:
    marked = ((view.rule, "solid", "mark"), (view.limit, "dash", "ink-2"))
    return [
        {"type": "line", "x0": rule[0], "x1": rule[0], "yref": "paper", "y0": 0, "y1": 1, "layer": "above", "line": {"color": colour[ink], "width": 1, "dash": dash}}
        for rule, dash, ink in marked
        if rule
    ]  # fmt: skip


def _rule_words(view: RowsView, colour: dict[str, str]) -> list[dict[str, Any]]:
    said = [rule for rule in (view.rule, view.limit) if rule]
    left = min(said, default=None)
    return [
        {
            "x": at, "yref": "paper", "y": 1, "yanchor": "bottom", "text": spoken(text), "showarrow": False,
            "xanchor": "right" if len(said) > 1 and (at, text) == left else "left", "font": {"size": 12, "color": colour["ink-2"]},
        }
        for at, text in said
    ]  # fmt: skip
