"""Sets a briefing as PDF: A4, tagged (PDF/UA-1 and PDF/A-2a), its heads repeated on every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.briefings.paper import Block, Briefing, Cell, Chapter, Row, Section, Table
from dashboards.typesetting import SANS, TAGGED, composed

TEMPLATE = Path(__file__).with_name("briefing.typ")
_LEAST, _MOST = 3.0, 34.0  # widths of a column, in letters
_BESIDE = 1.8  # its margins
_LINE, _LINE_DENSE = 117.0, 132.0  # letters on a line of a table
_MANY = 8  # columns of a table that is set smaller
_WIDE = 1.15  # a Latin word by its letters
_SHORT = 6.0  # a head that stands in one line
_DRAWING = 11.0  # letters that a drawing takes


@cache
def _template() -> str:
    return TEMPLATE.read_text(encoding="utf-8")


def pdf(made: Briefing) -> bytes:
    """The paper; NoFont or NoGlyph where a character could not be read."""
    chapters = [
        {**_fields(chapter), "sections": [{**_fields(one), "blocks": [_block(each) for each in one.blocks]} for one in chapter.sections]}
        for chapter in made.chapters
    ]  # fmt: skip
    return composed(_template(), {**_fields(made), "chapters": chapters}, TAGGED, SANS)


def _fields(one: Briefing | Chapter | Section | Block) -> dict[str, Any]:
    return {each.name: getattr(one, each.name) for each in fields(one)}


def _block(block: Block) -> dict[str, Any]:
    """A block as data; a table with the widths of its columns, a map without the table that says the same."""
    told = _fields(block)
    if isinstance(block, Table):
        wide = widths(block)
        return {**told, "widths": wide, "is_dense": len(wide) > _MANY}
    told.pop("table", None)
    return told


def widths(table: Table) -> list[float]:
    """How wide each column wants to be, in letters: by its longest cell, within bounds."""
    columns = max((sum(cell.across for cell in row.cells) for row in (*table.heads, *table.rows)), default=1)  # fmt: skip
    found = [_LEAST] * columns
    for row in table.heads:
        _widen(found, row, _head)
    for row in table.rows:
        _widen(found, row, _body)
    return _fitted(found, [_may_break(table, at) for at in range(columns)])


def _fitted(found: list[float], may_break: Sequence[bool]) -> list[float]:
    """What is left is given to every column alike; what is missing is taken from those whose words may go on below."""
    line = _LINE_DENSE if len(found) > _MANY else _LINE
    left = line - sum(found) - _BESIDE * len(found)
    if left >= 0 or not any(may_break):
        return [wide + _BESIDE + max(left, 0.0) / len(found) for wide in found]
    running = sum(wide for wide, breaks in zip(found, may_break, strict=True) if breaks)
    kept = max(0.4, (running + left) / running)
    return [wide * (kept if breaks else 1.0) + _BESIDE for wide, breaks in zip(found, may_break, strict=True)]  # fmt: skip


def _may_break(table: Table, at: int) -> bool:
    """A column of running text: neither numbers nor drawings."""
    cells = [row.cells[at] for row in table.rows if at < len(row.cells)]
    is_number = at < len(table.right) and table.right[at]
    return not is_number and not any(cell.mark for cell in cells)


def _widen(found: list[float], row: Row, wide: Callable[[Cell], float]) -> None:
    at = 0
    for cell in row.cells:
        if cell.across == 1 and at < len(found):
            found[at] = max(found[at], min(wide(cell), _MOST))
        at += cell.across


def _head(cell: Cell) -> float:
    """A head may stand in two lines, with its unit below; a Latin word is not broken, nor a short Chinese one."""
    words = [
        letters(word) * _WIDE for word in (*cell.text.split(), *cell.sub.split()) if word.isascii()
    ]
    whole = letters(cell.text)
    return max(*words, whole / 2 + 1, min(whole, _SHORT) if not cell.text.isascii() else 0.0, 0.0)


def _body(cell: Cell) -> float:
    drawing = _DRAWING if cell.mark is not None else 0.0
    return letters(cell.text) + drawing + (letters(cell.sub) * 0.85 if cell.sub else 0.0)


def letters(said: str) -> float:
    """A Chinese letter is as wide as two."""
    return float(sum(2 if letter > "\u2e80" else 1 for letter in said))
