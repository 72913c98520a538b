"""Sets a briefing as PDF: A4, tagged (PDF/UA-1 and PDF/A-2a), its heads repeated on every page."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.briefings.paper import Briefing, Cell, Table
from dashboards.typesetting import SANS, TAGGED, composed

TEMPLATE = Path(__file__).with_name("briefing.typ")
_LEAST, _MOST = 3.0, 30.0  # widths of a column, in letters
_DRAWING = 13.0  # letters that a drawing takes


@cache
def _template() -> str:
    return TEMPLATE.read_text(encoding="utf-8")


def pdf(made: Briefing) -> bytes:
    """The paper; NoFont or NoGlyph where a character could not be read."""
    chapters = [
        {**asdict(chapter), "sections": [{**asdict(section), "blocks": [_block(one) for one in section.blocks]} for section in chapter.sections]}
        for chapter in made.chapters
    ]  # fmt: skip
    return composed(_template(), {**asdict(made), "chapters": chapters}, TAGGED, SANS)


def _block(block: Any) -> dict[str, Any]:  # noqa: ANN401 - one of paper.Block
    """A block as data; a table with the widths of its columns, a map without the table that says the same."""
    if isinstance(block, Table):
        return {**asdict(block), "widths": widths(block)}
    told = asdict(block)
    told.pop("table", None)
    return told


def widths(table: Table) -> list[float]:
    """How wide each column wants to be, in letters: by its longest cell, within bounds."""
    columns = max((sum(cell.across for cell in row.cells) for row in (*table.heads, *table.rows)), default=1)  # fmt: skip
    found = [_LEAST] * columns
    for row in (*table.heads, *table.rows):
        at = 0
        for cell in row.cells:
            if cell.across == 1 and at < columns:
                found[at] = max(found[at], min(_wide(cell), _MOST))
            at += cell.across
    return _balanced(found, table)


def _balanced(found: list[float], table: Table) -> list[float]:
    """Columns of running text take what is left, but none so much that the first becomes narrow."""
    return [wide + (_DRAWING if at < len(table.drawn) and table.drawn[at] else 1.5) for at, wide in enumerate(found)]  # fmt: skip


def _wide(cell: Cell) -> float:
    """Letters of the longest word or line that must not break; a Chinese one is as wide as two."""
    said = letters(cell.text)
    if cell.mark is not None and cell.mark.kind == "band":
        said += _DRAWING
    if cell.is_head:
        said = min(said, max(said / 2, 4))
    return max(said, letters(cell.sub) * 0.85 if cell.is_head else said + letters(cell.sub) * 0.85)


def letters(said: str) -> float:
    return float(sum(2 if letter > "\u2e80" else 1 for letter in said))
