"""The grid in which a form is filled: one field a cell, each with what is wrong with it; without fields where it is only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases

Mark = Literal["", "refused", "breach", "remark"]
Sort = Literal["number", "code", "text"]


@dataclass(frozen=True, slots=True)
class HeadView:
    """A column: the letter that receipts speak of, name and unit, its sort, the list of words it takes."""

    name: str
    letter: str
    label: str
    unit: str
    sort: Sort
    is_key: bool = False
    is_required: bool = True
    words: str = ""
    note: str = ""
    owner: str = ""  # of a number that is not asked for here: which form it comes from,
    href: str = ""  # and where it is corrected


@dataclass(frozen=True, slots=True)
class CellView:
    """What stands in a cell. `told` is the id of the message about it; `before` what stood there last year."""

    value: str
    mark: Mark = ""
    told: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """Heads, rows of cells in their order, the words of each list, and sums by column: of this sheet and of last year's.

    A form of one row stands upright (`is_tall`): a column a line, with last year's value beside it.
    """

    caption: str
    heads: Sequence[HeadView]
    rows: Sequence[Sequence[CellView]]
    words: Mapping[str, Sequence[tuple[str, str]]]
    totals: Mapping[str, str]
    last: Mapping[str, str]
    is_open: bool
    longest: int
    is_tall: bool = False


def sheet(view: SheetView, phrases: Phrases) -> Element:
    """Draw the grid in a region of its own that scrolls sideways; the keys stay in sight."""
    cls = " ".join(
        filter(None, ("gridf", "" if view.is_open else "shut", "tall" if view.is_tall else ""))
    )
    body = _upright(view, phrases) if view.is_tall else _across(view, phrases)
    table = e.table(e.caption(view.caption, cls="sr"), *body, cls=cls)
    lists = [_list(key, words) for key, words in view.words.items()] if view.is_open else []
    label = {"role": "region", "aria_label": view.caption, "tabIndex": 0}
    return e.div(e.div(table, cls="scroll", **label), *lists, cls="entry")


def _across(view: SheetView, phrases: Phrases) -> list[Child]:
    return [
        e.thead(e.tr(e.th(phrases("sheet.row"), cls="rn", scope="col"), *map(_head, view.heads))),
        e.tbody(*(_row(view, n, cells, phrases) for n, cells in enumerate(view.rows, start=1))),
        _foot(view, phrases),
    ]


def _upright(view: SheetView, phrases: Phrases) -> list[Child]:
    cells = view.rows[0] if view.rows else [CellView("")] * len(view.heads)
    heads = [
        e.th(phrases(f"sheet.{name}"), scope="col") for name in ("asked", "value", "year_before")
    ]
    lines = [
        e.tr(
            _name(head, "row"),
            _drawn(view, 1, head, cell, phrases),
            e.td(cell.before, cls="num was"),
            data_row="1",
        )
        for head, cell in zip(view.heads, cells, strict=True)
    ]
    return [e.thead(e.tr(*heads)), e.tbody(*lines)]


def cell_id(row: int, column: str) -> str:
    return f"r{row}-{column}"


def _list(key: str, words: Sequence[tuple[str, str]]) -> Element:
    return e.datalist(*(e.option(code, value=word) for word, code in words), id=key)


def _head(head: HeadView) -> Element:
    return _name(head, "col")


def _name(head: HeadView, scope: str) -> Element:
    """Letter, name and unit of a column."""
    if head.owner:
        source = e.a(head.owner, href=head.href) if head.href else head.owner
        return e.th(
            e.i(head.letter), " ", e.span(head.label, cls="hl"), e.small(source), scope=scope, cls="num given" if scope == "col" else "given"
        )  # fmt: skip
    star = e.abbr("*", title=head.note) if head.is_required else None
    unit = e.small(head.unit) if head.unit else None
    is_number = head.sort == "number" and scope == "col"
    cls = " ".join(filter(None, ("num" if is_number else "", "k" if head.is_key else "")))
    return e.th(
        e.i(head.letter), " ", e.span(head.label, star, cls="hl"), unit, scope=scope, cls=cls
    )


def _row(view: SheetView, number: int, cells: Sequence[CellView], phrases: Phrases) -> Element:
    drawn = [
        _drawn(view, number, head, cell, phrases)
        for head, cell in zip(view.heads, cells, strict=True)
    ]
    return e.tr(e.th(str(number), scope="row", cls="rn"), *drawn, data_row=str(number))


def _classes(head: HeadView, cell: CellView) -> str:
    if head.owner:
        return "num given"
    sort = "num" if head.sort == "number" else head.sort
    return " ".join(filter(None, (sort, "k" if head.is_key else "", cell.mark)))


def _drawn(
    view: SheetView, number: int, head: HeadView, cell: CellView, phrases: Phrases
) -> Element:
    """A field where this form asks and somebody may answer; else what stands there."""
    if view.is_open and not head.owner:
        return _field(view, number, head, cell, phrases)
    return _read(number, head, cell)


def _read(number: int, head: HeadView, cell: CellView) -> Element:
    told = {"aria_describedby": cell.told} if cell.told else {}
    return e.td(cell.value, id=cell_id(number, head.name), cls=_classes(head, cell), **told)


def _field(
    view: SheetView, number: int, head: HeadView, cell: CellView, phrases: Phrases
) -> Element:
    """One field; its name is the column's, so that all of a column come as one list."""
    key = cell_id(number, head.name)
    given: dict[str, Any] = {"maxLength": view.longest, "autoComplete": "off"}
    if head.sort == "number":
        given["inputMode"] = "decimal"
    if head.words:
        given["list"] = head.words
    if cell.mark:
        given |= {
            "aria_invalid": "true" if cell.mark == "refused" else "false",
            "aria_describedby": cell.told,
        }
    if cell.before:
        given["title"] = phrases("sheet.before", value=cell.before)
    field = e.input_(
        id=key, name=f"c.{head.name}", defaultValue=cell.value, type="text",
        aria_label=phrases("sheet.cell", label=head.label, row=number), **given,
    )  # fmt: skip
    return e.td(field, cls=_classes(head, cell))


def _foot(view: SheetView, phrases: Phrases) -> Element | None:
    """Sums of the rows, and last year's."""
    if not view.totals and not view.last:
        return None
    lines: list[Child] = []
    for word, sums in (("sheet.total", view.totals), ("sheet.last", view.last)):
        cells = [
            e.td(
                sums.get(head.name, ""),
                cls="num" if head.sort == "number" else "",
                data_sum=head.name,
            )
            for head in view.heads[_keys(view) :]
        ]
        lines.append(
            e.tr(
                e.th(phrases(word), scope="row", colSpan=1 + _keys(view)),
                *cells,
                cls=word.partition(".")[2],
            )
        )
    return e.tfoot(*lines)


def _keys(view: SheetView) -> int:
    return sum(head.is_key for head in view.heads)
