"""The sign-off sheet of one form: what was signed by whom and when, its totals, its content hash and a code that leads to where it stands.

As PDF it is set by Typst. Everything that somebody typed goes in as data, never as markup, so nothing of it can be run.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import segno

from dashboards.typesetting import composed

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


def code(address: str) -> str:
    """A QR code as SVG."""
    sink = io.BytesIO()
    segno.make(address, error="m").save(sink, kind="svg", scale=4, border=2, xmldecl=False)
    return sink.getvalue().decode()


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF/A-2b, the form that archives keep; NoFont or NoGlyph where it could not be read."""
    return composed(_TEMPLATE, {**asdict(sheet), "code": code(sheet.address)})
