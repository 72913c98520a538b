"""The sign-off sheet of one form: what was signed by whom and when, its totals, its content hash and a code that leads to where it stands.

As PDF it is set by Typst. Everything that somebody typed goes in as data, never as markup, so nothing of it can be run.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

import segno
import typst

from warehouse.errors import ZhijianError

STANDARD: Literal["a-2b"] = (
    "a-2b"  # of the PDF; under it a character without a glyph is an error, not an empty box
)
_MISSING = "could not be displayed"  # what Typst says of it
FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "Source Han Sans SC")

# The template is ours and fixed; what it shows comes as one JSON text.
_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 22mm, y: 20mm), footer: align(center, text(8pt, fill: luma(90), data.foot)))
#set text(font: data.fonts, size: 10.5pt, lang: data.lang)
#grid(columns: (1fr, auto), gutter: 8mm,
  [#text(16pt, weight: "bold", data.title) \\ #v(2mm) #text(12pt, data.form) \\ #text(data.year)
   #if data.mark != "" [\\ #box(stroke: 0.6pt, inset: 3pt, text(9pt, data.mark))]],
  image(bytes(data.code), format: "svg", width: 30mm))
#v(4mm)
#table(columns: (36mm, 1fr), stroke: 0.4pt + luma(150), inset: 6pt, ..data.facts.flatten())
#v(3mm)
#text(weight: "bold", data.totals_title)
#table(columns: (1fr, 40mm), align: (left, right), stroke: 0.4pt + luma(150), inset: 5pt, ..data.totals.flatten())
#v(3mm)
#text(weight: "bold", data.signatures_title)
#table(columns: (44mm, 1fr, 44mm), stroke: 0.4pt + luma(150), inset: 8pt, ..data.signatures.flatten())
#v(3mm)
#text(8.5pt, data.hash_title) \\ #text(8pt, font: ("DejaVu Sans Mono", ..data.fonts), data.hash) \\
#text(8pt, fill: luma(90), data.address)
"""


class NoFont(ZhijianError):
    """No Chinese font is installed where the PDF is set."""

    def __init__(self) -> None:
        super().__init__(
            "服务器上没有中文字体，无法生成 PDF：请安装 fonts-noto-cjk，或直接打印网页上的签字单。",
            "The server has no Chinese font to set a PDF with: install fonts-noto-cjk, or print the sheet from the page.",
        )


class NoGlyph(ZhijianError):
    """A character of the sheet stands in no font of the server: it would be printed as an empty box."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"服务器的字体里没有签字单中的某个字，无法生成 PDF（{said}）：请改用网页打印，或安装含有该字的字体（fonts-noto-cjk-extra）。",
            f"No font of the server has a character of this sheet, so the PDF cannot be set ({said}): print the sheet from the page, or install a font that has it (fonts-noto-cjk-extra).",
        )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The words of a sheet, all of them ready to print."""

    lang: str
    title: str
    form: str
    year: str
    mark: str  # that the figures are synthetic, or ""
    facts: Sequence[tuple[str, str]]
    totals_title: str
    totals: Sequence[tuple[str, str]]
    signatures_title: str
    signatures: Sequence[tuple[str, str, str]]
    hash_title: str
    hash: str
    address: str
    foot: str


@cache
def fonts() -> tuple[str, ...]:
    """The Chinese families that this machine has, the best first."""
    known = set(typst.Fonts().families())
    return tuple(family for family in FAMILIES if family in known)


def code(address: str) -> str:
    """A QR code as SVG."""
    sink = io.BytesIO()
    segno.make(address, error="m").save(sink, kind="svg", scale=4, border=2, xmldecl=False)
    return sink.getvalue().decode()


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF/A-2b, the form that archives keep; NoFont or NoGlyph where it could not be read."""
    return composed(_TEMPLATE, {**asdict(sheet), "code": code(sheet.address)})


def composed(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF/A-2b of a template of ours, which reads what it shows, and the fonts there are, from one JSON text."""
    if not fonts():
        raise NoFont
    said = json.dumps({**data, "fonts": list(fonts())})
    try:
        made = typst.compile(
            template.encode(), sys_inputs={"data": said}, format="pdf", pdf_standards=STANDARD
        )
    except typst.TypstError as problem:
        if _MISSING not in str(problem):
            raise
        raise NoGlyph(str(problem).rpartition(": ")[2]) from problem
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made
