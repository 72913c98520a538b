"""Reads a table off its element, with the small drawings in its cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from dashboards.briefings.paper import Cell, Look, Mark, Row, Table
from dashboards.element import Child, Element
from dashboards.exports.seen import first, text

_SMALL = ("m",)  # what is set small beside or below
_LOOKS: dict[str, Look] = {"total": "total", "on": "own", "grp": "group"}
Below = Child | list[Child] | tuple[Child, ...]
_NUMERIC = {"num", "bar", "dot"}
# How a mark of the design is said in ink alone: its shape before the word.
SHAPES = {"met": "●", "near": "▲", "miss": "■", "doubt": "◆"}


def table(element: Element) -> Table:
    head = first(element, "", "Thead")
    above = [_row(each) for each in _rows(head)] if head else []
    body = [_row(each) for each in _rows(element) if not _is_in(head, each)]
    heads = [cell for each in _rows(head) for cell in _cells(each)] if head else []
    looks = [set(str(cell["props"].get("className", "")).split()) for cell in heads]
    is_flat = len(above) == 1
    made = Table(
        name=text(first(element, "sr", "Caption"), is_caption=True),
        heads=above,
        rows=body,
        right=[bool(look & _NUMERIC) for look in looks] if is_flat else [],
    )
    return _without(made, _silent(made)) if is_flat else made


def _silent(made: Table) -> set[int]:
    """Columns that say nothing on paper: links of one word, the head's own, and lines that only the screen draws."""
    heads = made.heads[0].cells
    plain = [row.cells for row in made.rows if len(row.cells) == len(heads)]
    return {
        at
        for at, head in enumerate(heads)
        if at and plain and all(cells[at].text in ("", head.text) and cells[at].mark is None for cells in plain)
    }  # fmt: skip


def _without(made: Table, silent: set[int]) -> Table:
    """The table without some of its columns; a heading across it becomes as much narrower."""
    if not silent:
        return made
    many = len(made.heads[0].cells)

    def kept(row: Row) -> Row:
        if len(row.cells) == many:
            return replace(row, cells=[cell for at, cell in enumerate(row.cells) if at not in silent])  # fmt: skip
        return replace(row, cells=[replace(cell, across=cell.across - len(silent)) if cell.across == many else cell for cell in row.cells])  # fmt: skip

    return replace(
        made, heads=[kept(row) for row in made.heads], rows=[kept(row) for row in made.rows],
        right=[one for at, one in enumerate(made.right) if at not in silent],
    )  # fmt: skip


def _is_in(head: Element | None, row: Element) -> bool:
    return head is not None and any(row is each for each in _rows(head))


def _rows(element: Child) -> Iterator[Element]:
    yield from _found(element, ("Tr",))


def _cells(row: Element) -> Iterator[Element]:
    yield from _found(row, ("Th", "Td"))


def _found(element: Child, kinds: tuple[str, ...]) -> Iterator[Element]:
    if not isinstance(element, dict):
        return
    inner = element["props"].get("children")
    for one in inner if isinstance(inner, list | tuple) else [inner]:
        if isinstance(one, dict):
            if one["type"] in kinds:
                yield one
            else:
                yield from _found(one, kinds)


def _row(row: Element) -> Row:
    look = _LOOKS.get(str(row["props"].get("className", "")), "")
    return Row(cells=[_cell(each) for each in _cells(row)], look=look)


def _cell(element: Element) -> Cell:
    props = element["props"]
    small = [text(each) for each in _small(element)]
    return Cell(
        text=words(element, without=("m", "axis")),
        sub=" ".join(filter(None, small)),
        mark=_mark(element),
        verdict=_verdict(element),
        across=int(props.get("colSpan", 1)),
        down=int(props.get("rowSpan", 1)),
        is_head=element["type"] == "Th",
    )  # fmt: skip


def words(element: Element, without: Collection[str] = ()) -> str:
    """What an element prints; before the word of a mark its shape, which the page draws by its style sheet."""
    marks = list(_of_class(element["props"].get("children"), {"st"}))
    if not marks:
        return text(element, without=without)
    rest = text(element, without=(*without, *(str(one["props"]["className"]) for one in marks)))
    said = [f"{SHAPES.get(_word(one), '')} {text(one)}".strip() for one in marks]
    return " ".join(filter(None, (*said, rest)))


def _word(mark: Element) -> str:
    """The verdict of a mark: the last of its classes."""
    return str(mark["props"]["className"]).split()[-1]


def _small(element: Element) -> Iterator[Child]:
    """What stands below in small letters, and what an axis says of its limit."""
    yield from _of_class(element, {"m"})
    axis = first(element, "axis", "Span")
    if axis is not None:
        yield first(axis, "", "B")


def _of_class(element: Below, wanted: set[str]) -> Iterator[Element]:
    if isinstance(element, list | tuple):
        for one in element:
            yield from _of_class(one, wanted)
    elif isinstance(element, dict):
        if set(str(element["props"].get("className", "")).split()) & wanted:
            yield element
        else:
            yield from _of_class(element["props"].get("children"), wanted)


def _verdict(element: Element) -> str:
    own = str(element["props"].get("className", "")).split()
    marked = next((name[2:] for name in own if name.startswith("v-")), "")
    stood = next(iter(_of_class(element["props"].get("children"), {"st"})), None)
    if stood is not None:
        return _word(stood)
    return marked


def _mark(element: Element) -> Mark | None:
    """The drawing of a cell: bar, dot on a line, or band of ranks."""
    inner = element["props"].get("children")
    drawn = next(iter(_of_class(inner, {"hb", "dl", "rk", "split2"})), None)
    if drawn is None:
        return None
    look = set(str(drawn["props"]["className"]).split())
    if "split2" in look:
        parts = {str(each["props"]["className"]): _share(each["props"]["style"]["width"]) for each in _inside(drawn)}  # fmt: skip
        return Mark(kind="split", at=parts.get("miss", 0.0), wide=parts.get("near", 0.0))
    point = next((each for each in _inside(drawn) if each["type"] == "I"), None)
    if point is None:
        return None
    style, own = point["props"]["style"], set(str(point["props"].get("className", "")).split())
    if "hb" in look:
        return Mark(kind="bar", at=_share(style["width"]), strong="on" in look)
    if "rk" in look:
        return Mark(kind="band", at=_share(style["left"]), wide=_share(style["width"]), strong="on" in look)  # fmt: skip
    limit = next((each for each in _inside(drawn) if each["type"] == "B"), None)
    return Mark(
        kind="dot", at=_share(style["left"]), limit=_share(limit["props"]["style"]["left"]) if limit else None,
        strong="on" in own, breach="sq" in own,
    )  # fmt: skip


def _inside(element: Element) -> list[Element]:
    inner = element["props"].get("children")
    return [
        one
        for one in (inner if isinstance(inner, list | tuple) else [inner])
        if isinstance(one, dict)
    ]


def _share(said: str) -> float:
    """A percentage of a style, such as 12.5%, as a share of one."""
    return float(re.sub(r"[^0-9.]", "", said)) / 100
