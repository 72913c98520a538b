"""The tables of a page as they are seen, whatever part drew them: read off the page's own elements, so that file and page cannot differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from dashboards.element import Child, Element
from dashboards.parts.table import Part

Below = Child | list[Child] | tuple[Child, ...]
_NUMBER = re.compile(r"([+−-]?)(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?(%?)( r)?")
_SILENT = frozenset({"sr"})  # said to screen readers beside what is printed
_APART = {"B", "Br", "Div", "Li", "P", "Small"}  # a blank stands before them
_UNSEEN = {"I", "Input", "Button", "Select", "Textarea", "Form", "Svg"}


class Number(NamedTuple):
    """A printed number: its value as it is printed, its decimals, and what stands behind it: the sign of its unit ("%"), the mark of a revision (" r")."""

    value: float
    decimals: int
    unit: str


class SeenCell(NamedTuple):
    """One cell: its text, over how many columns and rows it stands, whether it is a head."""

    text: str
    across: int = 1
    down: int = 1
    is_head: bool = False

    @property
    def number(self) -> Number | None:
        """The number it prints; None where it prints something else."""
        found = _NUMBER.fullmatch(self.text)
        if found is None:
            return None
        sign, whole, part, unit, mark = found.groups()
        value = float(whole.replace(",", "") + (part or ""))
        return Number(
            -value if sign in ("−", "-") else value, len(part or ".") - 1, f"{unit}{mark or ''}"
        )


class SeenTable(NamedTuple):
    """A table with its caption, and the heading it stands under; `heads` of its rows are heads of columns. `part`: of a list it does not hold all of."""

    name: str
    section: str
    heads: int
    rows: list[list[SeenCell]]
    part: Part | None = None


def tables(page: Child) -> list[SeenTable]:
    """Every table of a page that has a row, in their order."""
    return [table for table in _found(page, [""]) if len(table.rows) > table.heads]


def _found(child: Below, heading: list[str]) -> Iterator[SeenTable]:
    """Tables below an element; `heading` holds the last heading passed."""
    if isinstance(child, list | tuple):
        for one in child:
            yield from _found(one, heading)
    elif isinstance(child, dict):
        if child["type"] in ("H2", "H3"):
            heading[0] = text(child)
        if child["type"] == "Table":
            yield _table(child, heading[0])
        else:
            yield from _found(child["props"].get("children"), heading)


def first(child: Below, cls: str, kind: str) -> Element | None:
    """The first element of a kind and, where one is named, a class."""
    if isinstance(child, list | tuple):
        return next((found for one in child if (found := first(one, cls, kind)) is not None), None)
    if not isinstance(child, dict):
        return None
    if child["type"] == kind and (not cls or child["props"].get("className") == cls):
        return child
    return first(child["props"].get("children"), cls, kind)


def children(of: Below) -> Sequence[Child]:
    return of if isinstance(of, list | tuple) else [of]


def below(one: Element) -> Sequence[Child]:
    return children(one["props"].get("children"))


def classes(one: Element) -> set[str]:
    return set(str(one["props"].get("className", "")).split())


def _table(element: Element, section: str) -> SeenTable:
    captions = [text(one, is_caption=True) for one in _of(element, "Caption")]
    above = [row for head in _of(element, "Thead") for row in _of(head, "Tr")]
    rows = [[_cell(cell) for cell in _of(row, "Th", "Td")] for row in _of(element, "Tr")]
    return SeenTable(next(iter(captions), section), section, len(above), rows, _part(element))


def _part(element: Element) -> Part | None:
    """What parts.table.told_part wrote."""
    props = element["props"]
    if "data-shown" not in props:
        return None
    whole = props["data-whole"]
    return Part(int(props["data-shown"]), int(whole) if whole else None, props["data-rest"])


def _of(element: Element, *kinds: str) -> Iterator[Element]:
    """The elements of some kinds below another, but none below them."""
    inner = element["props"].get("children")
    for one in inner if isinstance(inner, list | tuple) else [inner]:
        if isinstance(one, dict):
            if one["type"] in kinds:
                yield one
            else:
                yield from _of(one, *kinds)


def _cell(element: Element) -> SeenCell:
    props = element["props"]
    return SeenCell(
        text(element),
        int(props.get("colSpan", 1)),
        int(props.get("rowSpan", 1)),
        element["type"] == "Th",
    )


def text(
    child: Below,
    *,
    is_caption: bool = False,
    without: Collection[str] = (),
) -> str:
    """What an element prints, its lines and pieces with a blank between them where they stand apart; without what is of some classes."""
    silent = frozenset(without) if is_caption else _SILENT | frozenset(without)
    return re.sub(r"\s+", " ", "".join(_pieces(child, silent))).strip()


def _pieces(child: Below, silent: frozenset[str]) -> Iterator[str]:
    if child is None:
        return
    if isinstance(child, list | tuple):
        for one in child:
            yield from _pieces(one, silent)
    elif isinstance(child, dict):
        props = child["props"]
        if child["type"] in _UNSEEN or props.get("className") in silent:
            return
        yield " " if child["type"] in _APART else ""
        yield from _pieces(props.get("children"), silent)
    else:
        yield str(child)
