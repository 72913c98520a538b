"""Makes briefing.docx, the template of briefings in Word: `python -m dashboards.briefings.word_template [FILE]`.

It holds styles and places only. A ministry edits a copy in Word; what stands in braces is filled in by docxtpl.
"""

from __future__ import annotations

import sys
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

TEMPLATE = Path(__file__).with_name("briefing.docx")
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
INK, QUIET, ACCENT = RGBColor(0x18, 0x21, 0x2C), RGBColor(0x62, 0x6D, 0x7B), RGBColor(0x1D, 0x4F, 0x91)  # fmt: skip
# Styles by name: size in points, colour, bold, space before and after in points.
STYLES = {
    "Normal": (10, INK, False, 0, 4), "Title": (22, INK, True, 6, 4), "Heading 1": (14, ACCENT, True, 18, 6), "Heading 2": (11.5, INK, True, 12, 4),
    "Finding": (14, INK, True, 6, 2), "Say": (10.5, INK, True, 2, 4), "Quiet": (8.5, QUIET, False, 0, 4), "Cell": (8.5, INK, False, 1, 1),
    "Cell head": (8.5, QUIET, False, 1, 1),
}  # fmt: skip


def make(file: Path = TEMPLATE) -> None:
    document = docx.Document()
    _style(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    _running(section.header.paragraphs[0], "{{ title }}    ")
    _page_number(section.header.paragraphs[0])
    _running(section.footer.paragraphs[0], "{{ foot }}")
    for style, text in _BODY:
        if style == "TABLE":
            _table(document)
        else:
            document.add_paragraph(text, style)
    document.save(str(file))


_BODY = (
    ("Quiet", "{{ kind }}    {{ mark }}"),
    ("Title", "{{ title }}"),
    ("Quiet", "{{ facts }}"),
    ("Normal", "{%p if notice %}"),
    ("Quiet", "{{ notice }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p if finding %}"),
    ("Finding", "{{ finding }}"),
    ("Quiet", "{{ basis }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p for chapter in chapters %}"),
    ("Heading 1", "{{ chapter.title }}"),
    ("Normal", "{%p if chapter.finding %}"),
    ("Say", "{{ chapter.finding }}"),
    ("Quiet", "{{ chapter.basis }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p for section in chapter.sections %}"),
    ("Normal", "{%p if section.title %}"),
    ("Heading 2", "{{ section.title }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p if section.meta %}"),
    ("Quiet", "{{ section.meta }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p for block in section.blocks %}"),
    ("Normal", "{%p if block.tone == 'table' %}"),
    ("TABLE", ""),
    ("Quiet", ""),
    ("Normal", "{%p elif block.tone == 'say' %}"),
    ("Say", "{{ block.text }}"),
    ("Normal", "{%p elif block.tone == 'text' %}"),
    ("Normal", "{{ block.text }}"),
    ("Normal", "{%p else %}"),
    ("Quiet", "{{ block.text }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p endfor %}"),
    ("Normal", "{%p endfor %}"),
    ("Normal", "{%p endfor %}"),
)


def _style(document: Document) -> None:
    for name, (size, colour, is_bold, before, after) in STYLES.items():
        known = name in [one.name for one in document.styles]
        style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)  # fmt: skip
        style.font.size, style.font.bold, style.font.name = Pt(size), is_bold, LATIN
        style.font.color.rgb = colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for each in [each for each in fonts.attrib if "Theme" in each]:
            del fonts.attrib[each]
        fonts.set(qn("w:eastAsia"), CHINESE)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)  # fmt: skip
        style.paragraph_format.line_spacing = 1.15


def _running(paragraph: Paragraph, text: str) -> None:
    paragraph.text = text
    paragraph.style = "Quiet"


def _page_number(paragraph: Paragraph) -> None:
    """Page n / m, counted by Word."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for name in ("PAGE", "NUMPAGES"):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), name)
        paragraph._p.append(field)  # noqa: SLF001 - the library has no fields
        if name == "PAGE":
            paragraph.add_run(" / ")


def _table(document: Document) -> None:
    """Rows of heads, which Word repeats on every page, and rows below them; both as many as there are."""
    table = document.add_table(rows=6, cols=3)
    table.autofit = True
    _bordered(table)
    for at, (loop, cell, style) in enumerate((("heads", True, "Cell head"), ("rows", False, "Cell"))):  # fmt: skip
        opened, row, closed = table.rows[at * 3 : at * 3 + 3]
        opened.cells[0].text = f"{{%tr for row in block.{loop} %}}"
        closed.cells[0].text = "{%tr endfor %}"
        row.cells[0].text, row.cells[2].text = "{%tc for cell in row %}", "{%tc endfor %}"
        body = row.cells[1]
        body.text = "{%p if cell.right %}"
        for text in ("{{r cell.text }}", "{%p else %}", "{{r cell.text }}", "{%p endif %}"):
            body.add_paragraph(text, style)
        body.paragraphs[1].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        limits = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library knows neither of the two
        limits.append(OxmlElement("w:cantSplit"))
        if cell:
            limits.append(OxmlElement("w:tblHeader"))


def _bordered(table: Table) -> None:
    """A thin line below every row, as on the page."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "B9C0C4")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001 - the library has no borders


if __name__ == "__main__":
    make(*(Path(each) for each in sys.argv[1:2]))
