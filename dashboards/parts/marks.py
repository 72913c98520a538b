"""Small drawings in CSS: spark, bar, dot on a line, rank strip; they follow the theme and cost no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from dashboards import element as e
from dashboards.element import Element

_WIDTH, _HEIGHT, _EDGE = 64, 26, 4


@dataclass(frozen=True, slots=True)
class SparkView:
    """The last years of one number.

    values: oldest first; None is a gap. preliminary: the last point is drawn hollow.
    label: the sentence a screen reader hears ("2021–2026: 12.1, 12.0, …").
    """

    values: Sequence[float | None]
    label: str
    preliminary: bool = False


@dataclass(frozen=True, slots=True)
class RankView:
    """A rank band: from `first` to `last` among `units` ranked; text as printed ("第 17–25 名").

    `first` None: not ranked, `text` says why ("覆盖不足，不排名").
    """

    text: str
    first: int | None = None
    last: int | None = None
    units: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True)
class AxisView:
    """The scale of a column of dots: its two ends, and a limit or target that is drawn as a dashed line."""

    low: float
    high: float
    limit: float | None = None
    limit_text: str = ""


@dataclass(frozen=True, slots=True)
class SplitView:
    """A bar of two parts of `whole`: units that miss a limit and units that just meet it."""

    miss: float
    near: float
    whole: float
    label: str


SHAPES = "●■▲◆▼★"


@dataclass(frozen=True, slots=True)
class StripView:
    """Several values on one line, each by a shape of its own: (where from the left in percent, which shape)."""

    points: Sequence[tuple[float, int]]


def strip(view: StripView) -> Element:
    """Draw shapes on a line; the numbers beside say the same."""
    marks = [
        e.i(SHAPES[shape], cls="on" if shape == 0 else "", style={"left": f"{left:g}%"})
        for left, shape in view.points
    ]
    return e.span(*marks, cls="strip6", aria_hidden="true")


def _share(value: float, low: float, high: float) -> float:
    """Return where a value lies between two ends, in percent, held within them."""
    if high == low:
        return 50.0
    return round(min(max((value - low) / (high - low), 0.0), 1.0) * 100, 1)


@lru_cache(maxsize=64)
def _columns(many: int) -> tuple[str, ...]:
    """Where each of so many values stands from the left, as it is written."""
    step = (_WIDTH - 2 * _EDGE) / max(many - 1, 1)
    return tuple(f"{round(_EDGE + step * at, 1):g}" for at in range(many))


@lru_cache(maxsize=1024)
def _height(share: float) -> str:
    """Where a share of the height stands from the top, as it is written: a table draws a thousand of these few."""
    tall = _HEIGHT - 2 * _EDGE
    return f"{round(_EDGE + tall * (1 - share / 100), 1):g}"


def _points(values: Sequence[float | None]) -> list[tuple[str, str] | None]:
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    return [
        None if value is None else (left, _height(_share(value, low, high)))
        for left, value in zip(_columns(len(values)), values, strict=True)
    ]


def _path(points: Sequence[tuple[str, str] | None]) -> str:
    steps, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
        else:
            steps.append(f"{pen}{point[0]} {point[1]}")
            pen = "L"
    return "".join(steps)


def _quoted(markup: str) -> str:
    return quote(markup, safe="=:/ ")


# Quoted once: a path holds only letters, digits, points and spaces, which stand for themselves.
_BEFORE = _quoted(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none"><path d="'
)
_AFTER = _quoted('" fill="none" stroke="#000" stroke-width="1.6" stroke-linejoin="round"/></svg>')


def _mask(path: str) -> str:
    return f"url('data:image/svg+xml,{_BEFORE}{path}{_AFTER}')"


def spark(view: SparkView, cls: str = "spark") -> Element | None:
    """Draw the line as a mask over the theme's colour, and the last point as a dot; None without two values."""
    if len(view.values) - list(view.values).count(None) < 2:
        return None
    points = _points(view.values)
    mask = _mask(_path(points))
    line = e.span(cls="line", style={"maskImage": mask, "WebkitMaskImage": mask})
    return e.span(line, _last_dot(points[-1], view), cls=cls, role="img", aria_label=view.label)


def _last_dot(point: tuple[str, str] | None, view: SparkView) -> Element | None:
    if point is None:
        return None
    left, top = float(point[0]) / _WIDTH, float(point[1]) / _HEIGHT
    style = {"left": f"{left:.2%}", "top": f"{top:.2%}"}
    return e.i(cls="hollow" if view.preliminary else "", style=style)


def bar(value: float, most: float, own: bool = False) -> Element:  # noqa: FBT001, FBT002 (a drawing's look)
    """Draw a bar from zero; `most` is the length of the longest: where that is nothing, so is every bar."""
    width = f"{_share(value, 0, most) if most else 0:g}%"
    return e.span(e.i(style={"width": width}), cls="hb on" if own else "hb", aria_hidden="true")


def dot(value: float, axis: AxisView, breach: bool, own: bool = False) -> Element:  # noqa: FBT001, FBT002
    """Draw a dot on a line; a breach is a square."""
    place = {"left": f"{_share(value, axis.low, axis.high):g}%"}
    mark = e.i(cls="sq" if breach else "on" if own else "", style=place)
    if axis.limit is None:
        return e.span(mark, cls="dl", aria_hidden="true")
    limit = e.b(style={"left": f"{_share(axis.limit, axis.low, axis.high):g}%"})
    return e.span(limit, mark, cls="dl", aria_hidden="true")


def rank_strip(view: RankView) -> Element | None:
    """Draw the band on a line from the first place to the last."""
    if view.first is None or view.last is None:
        return None
    left = (view.first - 1) / view.units * 100
    width = (view.last - view.first + 1) / view.units * 100
    style = {"left": f"{left:.1f}%", "width": f"{width:.1f}%"}
    return e.span(e.i(style=style), cls="rk on" if view.own else "rk", aria_hidden="true")


def split_bar(view: SplitView) -> Element:
    """Draw the two parts one after the other."""
    parts = (("miss", view.miss), ("near", view.near))
    bars = [
        e.i(cls=name, style={"width": f"{_share(part, 0, view.whole):g}%"})
        for name, part in parts
        if part
    ]
    return e.span(*bars, cls="split2", role="img", aria_label=view.label)
