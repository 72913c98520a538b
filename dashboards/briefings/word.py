"""Sets a briefing in Word, for those who must edit it: the same texts in the styles of a template that a ministry may replace.

Texts are filled in, never read: braces and tags that somebody typed stay letters.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate, RichText
from jinja2.sandbox import SandboxedEnvironment

from dashboards.briefings.paper import (
    Block,
    Briefing,
    Cards,
    Cell,
    Facts,
    Items,
    Row,
    Said,
    Section,
    Table,
    Tiles,
)
from dashboards.briefings.word_template import TEMPLATE
from dashboards.i18n import HTML_LANG, Phrases

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_COLOURS = {"miss": "A5380C", "near": "8A5A00", "doubt": "76407B", "met": "2F6673"}


def docx(made: Briefing, own: Path | None = None) -> bytes:
    """The paper as .docx, in the ministry's own template where there is one."""
    template = DocxTemplate(own if own is not None and own.exists() else TEMPLATE)
    phrases = Phrases("en" if made.lang == "en" else "zh")
    template.render(_told(made, phrases), SandboxedEnvironment(autoescape=True))
    _tidy(template, made)
    held = io.BytesIO()
    template.save(held)
    return held.getvalue()


def _told(made: Briefing, phrases: Phrases) -> dict[str, Any]:
    facts = phrases("list.meta").join(f"{name} {text}" for name, text in made.facts)
    chapters = [
        {"title": one.title, "finding": one.finding, "basis": one.basis, "sections": [_section(each, phrases) for each in one.sections]}
        for one in made.chapters
    ]  # fmt: skip
    return {
        "kind": made.kind, "title": made.title, "mark": made.mark, "notice": made.notice, "facts": facts, "finding": made.finding,
        "basis": made.basis, "foot": made.foot, "chapters": chapters,
    }  # fmt: skip


def _section(one: Section, phrases: Phrases) -> dict[str, Any]:
    blocks = [told for block in one.blocks for told in _blocks(block, phrases)]
    return {"title": one.title, "meta": one.meta, "blocks": blocks}


def _blocks(block: Block, phrases: Phrases) -> Iterator[dict[str, Any]]:
    """A block as tables and lines: what is drawn on the other paper is a table here."""
    match block:
        case Said():
            yield {"tone": block.tone, "text": block.text}
        case Table():
            yield _table(block)
        case Cards():
            yield _table(_of_cards(block, phrases))
        case Tiles():
            yield {"tone": "note", "text": block.legend}
            if block.table is not None:
                yield _table(block.table)
        case Facts():
            yield _table(Table(name="", heads=[], rows=[Row(cells=[Cell(text=name, is_head=True), Cell(text=text)]) for name, text in block.facts]))  # fmt: skip
        case Items():
            for item in block.items:
                yield {"tone": "text", "text": phrases("briefing.item", seal=item.seal, what=item.what, about=item.about, why=item.why)}  # fmt: skip


def _of_cards(block: Cards, phrases: Phrases) -> Table:
    heads = [Cell(text=phrases(f"briefing.card.{name}")) for name in ("name", "value", "unit", "more")]  # fmt: skip
    rows = [
        Row(cells=[Cell(text=one.name, is_head=True), Cell(text=one.value), Cell(text=one.unit), Cell(text=phrases("list.meta").join((*one.lines, one.state)))])
        for one in block.cards
    ]  # fmt: skip
    return Table(name="", heads=[Row(cells=heads)], rows=rows, right=[False, True, False, False])


def _table(table: Table) -> dict[str, Any]:
    """Cells over several columns or rows are filled out: in Word a table to edit is better plain."""
    return {
        "tone": "table",
        "heads": [_row(row, table.right, is_head=True) for row in table.heads],
        "rows": [_row(row, table.right, is_head=False) for row in table.rows],
    }


def _row(row: Row, right: Sequence[bool], *, is_head: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for cell in row.cells:
        at = len(found)
        is_number = right[at] if at < len(right) else False
        found.append({"text": _words(cell, row, is_head=is_head), "right": is_number})
        found += [{"text": RichText(""), "right": False}] * (cell.across - 1)
    return found


def _words(cell: Cell, row: Row, *, is_head: bool) -> RichText:
    said = RichText()
    said.add(cell.text, bold=row.look in ("total", "group"), color=_COLOURS.get(cell.verdict))
    if cell.sub:
        said.add(f"\n{cell.sub}" if is_head and cell.text else f" {cell.sub}", size=14, color="626D7B")  # fmt: skip
    return said


def _tidy(template: DocxTemplate, made: Briefing) -> None:
    """What the template cannot say: the language, the title, and a width of the whole line for every table."""
    document = template.docx
    document.core_properties.title = made.title
    document.core_properties.language = HTML_LANG["en" if made.lang == "en" else "zh"]
    for tables in document.element.body.iter(qn("w:tbl")):
        for width in tables.tblPr.findall(qn("w:tblW")):
            width.set(qn("w:type"), "pct")
            width.set(qn("w:w"), "5000")
        for fixed in tables.iter(qn("w:tcW")):
            fixed.set(qn("w:type"), "auto")
            fixed.set(qn("w:w"), "0")
