"""Bars to both sides of nothing: what each part adds to a movement, the largest on top; two effects of one part stand end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.charts.words import spoken
from dashboards.theme import Theme, palette, template

Figure = dict[str, Any]
Role = Literal["own", "other", "quiet"]

ROW_PX, _TOP, _BOTTOM = 26, 30, 30
_RIGHT = 18
_WIDE_PX, _NARROW_PX, _MOST_PX = (
    12.5,
    6.6,
    150,
)  # of a Chinese and of a Latin letter; no name takes more
_INKS: dict[Role, str] = {"own": "accent", "other": "cat-2", "quiet": "mark"}


@dataclass(frozen=True, slots=True)
class EffectView:
    """One effect over all parts: its name, one amount a part, its ink."""

    name: str
    amounts: Sequence[float]
    role: Role = "own"


@dataclass(frozen=True, slots=True)
class DivergingView:
    """Parts by name, the first on top, and their effects. `unit` is printed at the axis' end; `decimals` are of the hover."""

    labels: Sequence[str]
    effects: Sequence[EffectView]
    unit: str = ""
    decimals: int = 2


def height_px(view: DivergingView) -> int:
    """As high as its bars need."""
    return _TOP + _BOTTOM + ROW_PX * max(len(view.labels), 1)


def diverging(view: DivergingView, theme: Theme) -> Figure:
    """Return the figure in Plotly's JSON form."""
    colour = palette(theme)
    rows = list(range(len(view.labels)))
    names = [shortened(label) for label in view.labels]
    return {
        "data": [_bars(one, rows, view, colour) for one in view.effects],
        "layout": {
            "template": template(theme),
            "height": height_px(view),
            "margin": {"t": _TOP, "b": _BOTTOM, "l": _room(names), "r": _RIGHT},
            "barmode": "relative",
            "bargap": 0.35,
            "xaxis": {"showgrid": True, "nticks": 6, "side": "bottom", "showline": False},
            "yaxis": {
                "tickvals": rows, "ticktext": [spoken(name) for name in names],
                "range": [len(rows) - 0.4, -0.6], "showgrid": False,
            },
            "shapes": [_nothing(colour)],
            "annotations": [_head(view, colour)],
        },
    }  # fmt: skip


def _bars(effect: EffectView, rows: list[int], view: DivergingView, colour: dict[str, str]) -> dict[str, Any]:  # fmt: skip
    return {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "x": list(effect.amounts),
        "marker": {"color": colour[_INKS[effect.role]]},
        "hovertemplate": f"%{{x:+,.{view.decimals}f}}<extra>{spoken(effect.name)}</extra>",
    }


def _nothing(colour: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
        "line": {"color": colour["ink-2"], "width": 1.2},
    }  # fmt: skip


def _head(view: DivergingView, colour: dict[str, str]) -> dict[str, Any]:
    """Name the effects by their inks, where there are several, and the unit: over the bars, at their left."""
    marks = [
        f'<span style="color:{colour[_INKS[one.role]]}">■</span> {spoken(one.name)}'
        for one in view.effects
    ]
    words = [*(marks if len(marks) > 1 else ()), spoken(view.unit)]
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 8,
        "text": "  ".join(filter(None, words)), "font": {"color": colour["ink-3"]},
    }  # fmt: skip


def _letter_px(letter: str) -> float:
    return _WIDE_PX if letter > "\u2e80" else _NARROW_PX


def shortened(name: str) -> str:
    """A name that fits its room; the table behind the chart has it whole."""
    left = float(_MOST_PX)
    for at, letter in enumerate(name):
        left -= _letter_px(letter)
        if left < 0:
            return name[: at - 1].rstrip() + "…"
    return name


def _room(names: Sequence[str]) -> int:
    return 12 + round(max((sum(map(_letter_px, name)) for name in names), default=0.0))
