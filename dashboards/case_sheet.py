"""The verification report of a place and an academic year as a printed sheet; what was typed goes in as data, never as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.typesetting import composed
from dashboards.views.case_report import Listing, Report, about, by_place, by_rule, listed

MOST = 300  # cases on paper; the workbook has all
# Of a table's columns those that paper has room for.
SHOWN = ("number", "school", "rule", "said", "state", "due", "found", "opinion")
PAPER = {"number": 34, "due": 20}  # widths of what must not break
_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", flipped: true, margin: (x: 14mm, y: 14mm),
  footer: context align(center, text(8pt, fill: luma(90), data.foot + "  " + counter(page).display("1/1", both: true))))
#set text(font: data.fonts, size: 8.5pt, lang: data.lang)
#text(15pt, weight: "bold", data.title) \\ #text(8.5pt, fill: luma(90), data.about)
#for sheet in data.sheets {
  v(3mm)
  text(11pt, weight: "bold", sheet.title)
  table(columns: sheet.widths.map(width => width * 1fr), stroke: 0.4pt + luma(150), inset: 4pt,
    table.header(..sheet.heads.map(head => text(weight: "bold", head))), ..sheet.rows.flatten().map(cell => text(cell)))
}
"""


def pdf(report: Report) -> bytes:
    """The report as PDF/A-2b, A4 across; its tables break over pages with their heads repeated."""
    cases = listed(report)
    shorter = cases._replace(rows=cases.rows[:MOST])
    sheets = [_sheet(report, by_rule(report), ["code_of_rule"]), _sheet(report, by_place(report), ["code"])]  # fmt: skip
    sheets.append(_sheet(report, shorter, [name for name in cases.heads if name not in SHOWN]))
    more = report.phrases("case_book.more", n=MOST) if len(cases.rows) > MOST else ""
    data = {
        "title": report.title, "about": about(report), "foot": " ".join(filter(None, (report.title, more))), "lang": report.phrases.lang,
        "sheets": sheets,
    }  # fmt: skip
    return composed(_TEMPLATE, data)


def _sheet(report: Report, one: Listing, without: Sequence[str]) -> dict[str, Any]:
    """A table without some of its columns, every cell as text."""
    kept = [at for at, head in enumerate(one.heads) if head not in without]
    return {
        "title": report.phrases(f"case_book.{one.name}"), "heads": [report.phrases(f"case_book.{one.heads[at]}") for at in kept],
        "widths": [PAPER.get(one.heads[at], one.widths[at]) for at in kept], "rows": [[str(row[at]) for at in kept] for row in one.rows],
    }  # fmt: skip
