"""The compliance matrix: schools by the nine limits; only what misses or barely meets carries colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import CellView, DefinedView, defined, printed

_SHAPES = {"met": "●", "near": "▲", "miss": "■", "doubt": "◆", "none": "", "silent": "", None: ""}


@dataclass(frozen=True, slots=True)
class LimitHead:
    """The head of one limit: its name, the limit as printed ("≥ 33 m²"), and the way to what its metric means."""

    name: str
    limit: str
    defined: DefinedView | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One school: facts (its place, its sponsor), nine cells with verdicts, and the conclusion ("差 1 项")."""

    name: str
    href: str
    facts: Sequence[str]
    cells: Sequence[CellView]
    conclusion: str


@dataclass(frozen=True, slots=True)
class MatrixView:
    """`fact_heads` name the facts of the rows; `school_head` and `conclusion_head` the first and last column."""

    name: str
    school_head: str
    fact_heads: Sequence[str]
    limits: Sequence[LimitHead]
    conclusion_head: str
    rows: Sequence[MatrixRow]


def matrix(view: MatrixView, phrases: Phrases) -> Element:
    """Draw the matrix in its own scroll region, under a key of the shapes."""
    heads = [
        e.th(view.school_head, cls="l", scope="col"),
        *(e.th(text, cls="l mh", scope="col") for text in view.fact_heads),
        *(
            e.th(defined(one.name, one.defined), e.br(), one.limit, scope="col")
            for one in view.limits
        ),
        e.th(view.conclusion_head, cls="l", scope="col"),
    ]
    drawn = e.table(
        e.caption(view.name, cls="sr"),
        e.thead(e.tr(*heads)),
        e.tbody(*(_row(row, phrases) for row in view.rows)),
        cls="t mx",
    )
    return e.div(drawn, cls="scroll", tabIndex=0, role="group", aria_label=view.name)


def verdict_key(phrases: Phrases) -> Element:
    """Explain the three shapes."""
    return e.p(
        *(e.span(phrases(f"key.{kind}"), cls=f"st {kind}") for kind in ("met", "near", "miss")),
        cls="key",
    )


def _row(row: MatrixRow, phrases: Phrases) -> Element:
    return e.tr(
        e.th(e.a(row.name, href=row.href), scope="row"),
        *(e.td(fact, cls="l mh") for fact in row.facts),
        *(e.td(_judged(cell, phrases)) for cell in row.cells),
        e.td(row.conclusion, cls="l"),
    )


def _judged(cell: CellView, phrases: Phrases) -> Element:
    shape = _SHAPES[cell.verdict]
    words: list[Child] = []
    if shape and cell.verdict:
        words.append(e.span(shape, " ", aria_hidden="true"))
        if cell.verdict != "met":
            words.append(e.span(phrases(f"verdict.{cell.verdict}"), " ", cls="sr"))
    return e.span(*words, *printed(cell, phrases), cls=cell.verdict or "")
