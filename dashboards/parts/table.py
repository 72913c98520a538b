"""The statistics table: one shape for children, rankings, indicators and the data behind a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import (
    CellView,
    DefinedView,
    Verdict,
    defined,
    definition_mark,
    printed,
    verdict_mark,
)
from dashboards.parts.marks import (
    AxisView,
    RankView,
    SparkView,
    SplitView,
    StripView,
    bar,
    dot,
    rank_strip,
    spark,
    split_bar,
    strip,
)

# A verdict alone is a cell; the words stand beside its shape.
Cell = CellView | SparkView | RankView | SplitView | StripView | Verdict


@dataclass(frozen=True, slots=True)
class ColumnView:
    """The head of a column and how its cells are drawn.

    kind: text is left-aligned, number right-aligned; bar draws `CellView.value` from zero before the number;
    dot draws it on `axis`. Cells of another type than CellView draw themselves.
    unit: printed once, under the name. sort_href: the link of the head; sorted: what the rows are in now.
    narrow: False drops the column on phones. own: the reader's measure, its dots and bars in the accent.
    defined: the way to what its metric means: from the name, or beside it where the name sorts.
    """

    name: str
    unit: str = ""
    kind: Literal["text", "number", "bar", "dot"] = "number"
    axis: AxisView | None = None
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    narrow: bool = True
    own: bool = False
    defined: DefinedView | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """A row: its name (linked when `href` is set, to its definition where it is a metric's; `sub` small below it) and one cell for each further column.

    kind: total is the first, bold row; own is the reader's place or the chosen number; group is a heading
    across the table, linked too, and has no cells.
    """

    name: str
    cells: Sequence[Cell] = ()
    href: str = ""
    sub: str = ""
    unit: str = ""
    kind: Literal["", "total", "own", "group"] = ""
    defined: DefinedView | None = None


class Part(NamedTuple):
    """How much of a list a table holds: so many of the whole (None: nobody has counted it), and where the rest is ("": on the page, or on none)."""

    shown: int
    whole: int | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table named for screen readers by `name`; `columns[0]` is the head of the rows' names. `part`: of a list that it does not hold all of."""

    name: str
    columns: Sequence[ColumnView]
    rows: Sequence[RowView]
    cls: str = ""
    part: Part | None = None


class Lane(NamedTuple):
    """What the cells of a column have in common: its head, their class, and the longest bar."""

    column: ColumnView
    cls: str
    most: float


# A head of more letters than this is set in two lines, or it would widen its column of short numbers.
_LONG_HEAD = 9
# The low end of an axis is named only where the limit, in percent of its width, leaves room for it.
_ROOM_FOR_BOTH = 45
_ROW_CLASS = {"total": "total", "own": "on", "group": "grp", "": ""}


def table(view: TableView, phrases: Phrases) -> Element:
    """Draw a table in its own named, focusable scroll region."""
    lanes = [Lane(column, _classes(column), _most(view, at)) for at, column in enumerate(view.columns[1:])]  # fmt: skip
    body = [_row(row, lanes, phrases) for row in view.rows]
    drawn = e.table(
        e.caption(view.name, cls="sr"),
        e.thead(e.tr(*(_head(column) for column in view.columns))),
        e.tbody(*body),
        cls=f"t {view.cls}".strip(),
        **told_part(view.part),
    )
    return e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name)


def part(shown: int, whole: int, href: str = "") -> Part | None:
    """So many of a list; None where that is all of it."""
    return Part(shown, whole, href) if shown < whole else None


def told_part(one: Part | None) -> dict[str, str]:
    """What a table says of itself to whoever takes it away: the page says it in words of its own."""
    if one is None:
        return {}
    whole = "" if one.whole is None else str(one.whole)
    return {"data_shown": str(one.shown), "data_whole": whole, "data_rest": one.href}


def _most(view: TableView, at: int) -> float:
    """Return the longest bar of a column; the total row is not one of them."""
    if view.columns[at + 1].kind != "bar":
        return 0.0
    cells = (row.cells[at] for row in view.rows if row.kind in {"", "own"})
    values = [cell.value for cell in cells if isinstance(cell, CellView) and cell.value is not None]
    return max(values, default=0.0)


def _head(column: ColumnView) -> Element:
    name = e.span(column.name, cls="hl") if len(column.name) > _LONG_HEAD else column.name
    words = [*_head_name(name, column)]
    if column.unit:
        words += [e.br(), e.span(column.unit, cls="m")]
    if column.axis is not None:
        words.append(_axis_words(column.axis))
    props = {"aria_sort": column.sorted} if column.sorted else {}
    return e.th(*words, cls=_classes(column), scope="col", **props)


def _head_name(name: Child, column: ColumnView) -> Iterator[Child]:
    """A name that sorts has the way to its definition beside it."""
    if not column.sort_href:
        yield defined(name, column.defined)
        return
    yield e.a(name, href=column.sort_href)
    if column.defined:
        yield definition_mark(column.defined)


def _axis_words(axis: AxisView) -> Element:
    """Name the limit above its dashed line."""
    ends = e.i(f"{axis.low:g}")
    if axis.limit is None:
        return e.span(ends, cls="axis")
    left = min(max((axis.limit - axis.low) / (axis.high - axis.low), 0.0), 1.0) * 100
    limit = e.b(axis.limit_text, style={"left": f"{left:.0f}%"})
    return e.span(ends if left > _ROOM_FOR_BOTH else None, limit, cls="axis")


def _classes(column: ColumnView) -> str:
    base = {"number": "num", "bar": "bar", "dot": "dot", "text": ""}[column.kind]
    return base if column.narrow else f"{base} mh".strip()


def _row(row: RowView, lanes: Sequence[Lane], phrases: Phrases) -> Element:
    if row.kind == "group":
        return e.tr(e.th(_named(row), scope="rowgroup", colSpan=len(lanes) + 1), cls="grp")
    cells = [_cell(cell, lane, row, phrases) for cell, lane in zip(row.cells, lanes, strict=True)]
    return e.tr(_row_head(row), *cells, cls=_ROW_CLASS[row.kind])


def _named(row: RowView) -> Child:
    return e.a(row.name, href=row.href) if row.href else defined(row.name, row.defined)


def _row_head(row: RowView) -> Element:
    words: list[Child] = [_named(row)]
    if row.unit:
        words += [" ", e.span(row.unit, cls="m")]
    if row.sub:
        words += [e.br(), e.span(row.sub, cls="m")]
    return e.th(*words, scope="row")


def _cell(cell: Cell, lane: Lane, row: RowView, phrases: Phrases) -> Element:
    if isinstance(cell, CellView):
        return _value_cell(cell, lane, row, phrases)
    if isinstance(cell, str):
        return e.td(verdict_mark(cell, phrases), cls=lane.cls)
    return e.td(*_DRAWN[type(cell)](cell), cls=lane.cls)


def _value_cell(cell: CellView, lane: Lane, row: RowView, phrases: Phrases) -> Element:
    words, (column, cls, most) = printed(cell, phrases), lane
    is_drawn = column.kind in {"bar", "dot"}
    if cell.verdict and not is_drawn:
        cls = f"{cls} v-{cell.verdict}".strip()
    if is_drawn:
        words = _beside_mark(words, cell, column, most, row)
    return e.td(*words, cls=cls, title=cell.title) if cell.title else e.td(*words, cls=cls)


def _beside_mark(
    words: tuple[Child, ...], cell: CellView, column: ColumnView, most: float, row: RowView
) -> tuple[Child, ...]:
    """Put the mark before the number; words without a number take the whole cell, a sign the number's place."""
    if cell.value is None and not cell.symbol:
        return (
            words
            if cell.text and row.kind != "total"
            else (_blank(column), e.span(*words, cls="val"))
        )
    drawn = None
    if cell.value is not None and not cell.symbol:
        drawn = _drawn(cell.value, cell.verdict == "miss", column, most, row)
    return (drawn or _blank(column), e.span(*words, cls="val"))


def _blank(column: ColumnView) -> Element:
    return e.span(cls="dl blank" if column.kind == "dot" else "hb blank")


def _drawn(
    value: float,
    breach: bool,  # noqa: FBT001 (passed on)
    column: ColumnView,
    most: float,
    row: RowView,
) -> Element | None:
    own = column.own or row.kind == "own"
    if column.kind == "dot" and column.axis is not None:
        return dot(value, column.axis, breach=breach, own=own)
    if column.kind == "bar" and row.kind != "total":
        return bar(value, most, own=own)
    return None


def _rank_cell(view: RankView) -> tuple[Child, ...]:
    return (e.span(view.text, cls="rkt"), rank_strip(view))


# "Any" because each function takes the one type that is its key.
_DRAWN: dict[type, Callable[[Any], tuple[Child, ...]]] = {
    SparkView: lambda view: (spark(view, "spark small"),),
    RankView: _rank_cell,
    SplitView: lambda view: (split_bar(view),),
    StripView: lambda view: (strip(view),),
}


def data_table(view: TableView, phrases: Phrases, title: str = "") -> Element:
    """Fold a chart's table below it: the same numbers with the same signs; `title` names another one."""
    return e.details(e.summary(title or phrases("data_table")), table(view, phrases), cls="dt")
