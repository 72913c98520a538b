"""A cross table: heads in several lines, rows with several labels, of which what repeats is said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import CellView, DefinedView, defined, definition_mark, printed


@dataclass(frozen=True, slots=True)
class HeadView:
    """A head over `span` columns. unit: printed after it. defined: where a metric's name leads, or a mark beside it where the name sorts. sort_href: the
    rows in the order of this column; sorted: what they are in now.
    """

    text: str
    span: int = 1
    unit: str = ""
    defined: DefinedView | None = None
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """A row: a label for each axis that runs down, of which the first `alike` are those of the row before; then its cells.

    defined: where each label leads; none but a metric's does.
    """

    labels: Sequence[str]
    alike: int
    cells: Sequence[CellView]
    is_total: bool = False
    defined: Sequence[DefinedView | None] = ()


@dataclass(frozen=True, slots=True)
class CrossView:
    """`corner` names the axes that run down; `heads` is a line for each axis that runs across, the lowest last."""

    name: str
    corner: Sequence[str]
    heads: Sequence[Sequence[HeadView]]
    lines: Sequence[LineView]


def crosstab(view: CrossView, phrases: Phrases) -> Element:
    """Draw it in its own named, focusable scroll region."""
    drawn = e.table(
        e.caption(view.name, cls="sr"),
        e.thead(*_heads(view)),
        e.tbody(*(_line(line, phrases) for line in view.lines)),
        cls="t cross",
    )
    return e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name)


def _heads(view: CrossView) -> Iterator[Element]:
    depth = len(view.heads)
    for at, line in enumerate(view.heads):
        corner: list[Child] = (
            [] if at else [e.th(name, scope="col", rowSpan=depth) for name in view.corner]
        )
        last = at == depth - 1
        yield e.tr(*corner, *(_head(head, is_last=last) for head in line))  # fmt: skip


def _head(head: HeadView, *, is_last: bool) -> Element:
    words: list[Child] = [*_head_name(head)]
    if head.unit:
        words += [" ", e.span(head.unit, cls="m")]
    if is_last:
        props = {"aria_sort": head.sorted} if head.sorted else {}
        return e.th(*words, cls="num", scope="col", **props)
    return e.th(e.span(*words), cls="over", scope="colgroup", colSpan=head.span)


def _head_name(head: HeadView) -> Iterator[Child]:
    if not head.sort_href:
        yield defined(head.text, head.defined)
        return
    yield e.a(head.text, href=head.sort_href)
    if head.defined:
        yield definition_mark(head.defined)


def _line(line: LineView, phrases: Phrases) -> Element:
    heads = [_row_head(text, at, line) for at, text in enumerate(line.labels)]
    cells = [e.td(*printed(cell, phrases), cls="num") for cell in line.cells]
    begins = " first" if line.alike == 0 and len(line.labels) > 1 else ""
    return e.tr(*heads, *cells, cls=f"{'total' if line.is_total else ''}{begins}".strip())


def _row_head(text: str, at: int, line: LineView) -> Element:
    """What the row before says already stays for screen readers."""
    if at < line.alike:
        return e.th(e.span(text, cls="sr"), scope="row")
    said = defined(text, line.defined[at]) if line.defined else text
    return e.th(said, scope="row")
