"""Where does this number come from: value = part / part, definition, sheet and cell, revisions, roll-up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import CellView, NumberState, printed, state_badge
from dashboards.parts.table import TableView, table

FEW = 6  # rows of a sheet shown at once


@dataclass(frozen=True, slots=True)
class ExcerptRow:
    """A row of the sheet: its own number in the sheet, and its cells as printed."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class ExcerptView:
    """The rows and columns of a sheet that a number rests on, as submitted.

    heads: (letter, name) of each column shown. hit_row is a sheet row number (0: every row is part of the number),
    hit_column an index into `heads`. Of many `rows` those after the first few stand behind the words of `more`.
    """

    name: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[ExcerptRow]
    hit_row: int
    hit_column: int
    more: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet behind a part. name: what it holds, and its value; "" where the part says so itself.

    facts: (name, text) such as position, submission, file. excerpt: None where nothing was submitted.
    """

    name: str
    facts: Sequence[tuple[str, str]]
    excerpt: ExcerptView | None = None


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of the number.

    name: "在校生"; value as printed with its unit; role: the sign before it ("÷", "+", "−", or "" for the first).
    facts: (name, text) such as form and year. sheets: none above the school.
    """

    name: str
    value: CellView
    unit: str = ""
    role: str = ""
    facts: Sequence[tuple[str, str]] = ()
    sheets: Sequence[SheetView] = ()


@dataclass(frozen=True, slots=True)
class LineageView:
    """Everything beside one opened number.

    result: the number itself. definition: sentences; limit: the limit with its legal basis, or "".
    tables: revisions, roll-up to the ancestors, contributing children, each with its heading (title, table, note).
    facts: checks and file hash at the foot. title, facts_title: other headings than those of a number. back_href: the same page without this panel.
    """

    metric: str
    place: str
    date: str
    back_href: str
    result: CellView
    unit: str
    parts: Sequence[PartView]
    definition: Sequence[str] = ()
    limit: str = ""
    definition_href: str = ""
    tables: Sequence[tuple[str, TableView, str]] = ()
    facts: Sequence[tuple[str, str]] = ()
    state: NumberState | None = None
    title: str = ""
    facts_title: str = ""


def lineage(view: LineageView, phrases: Phrases) -> Element:
    """Draw the panel beside the page; Esc and the link close it."""
    blocks: list[Child] = [
        _head(view, phrases),
        _equation(view, phrases),
        *_definition(view, phrases),
    ]
    several = len(view.parts) > 1
    for number, part in enumerate(view.parts, start=1):
        blocks += _part(part, number if several else 0, phrases)
    for title, shown, note in view.tables:
        blocks += [e.h3(title), table(shown, phrases)]
        blocks.append(e.p(note, cls="note") if note else None)
    if view.facts:
        blocks += [e.h3(view.facts_title or phrases("lineage.checks")), _facts(view.facts)]
    return e.aside(*blocks, cls="drawer", id="source", aria_labelledby="source-title")


def _head(view: LineageView, phrases: Phrases) -> Element:
    close = e.a(
        phrases("close"),
        e.span(" ✕", aria_hidden="true"),
        href=view.back_href,
        cls="right",
        data_close="1",
    )
    state = state_badge(view.state, phrases) if view.state else None
    head = e.div(
        e.h2(view.title or phrases("lineage.title"), id="source-title", tabIndex=-1),
        close,
        cls="sechead",
    )
    return e.div(head, e.p(f"{view.metric}　{view.place}　{view.date} ", state, cls="m"))


def _equation(view: LineageView, phrases: Phrases) -> Element:
    terms = [_term("", view.result, view.unit, phrases)]
    if len(view.parts) > 1:
        terms += [
            _term(
                part.role or "=",
                part.value,
                " · ".join(filter(None, (part.name, part.unit))),
                phrases,
            )
            for part in view.parts
        ]
    return e.div(*terms, cls="eq")


def _term(role: str, value: CellView, below: str, phrases: Phrases) -> Element:
    number = e.span(*printed(value, phrases), e.small(below))
    return e.span(e.i(role) if role else None, number)


def _definition(view: LineageView, phrases: Phrases) -> list[Child]:
    if not view.definition and not view.limit:
        return []
    words: list[Child] = [e.p(sentence) for sentence in view.definition]
    if view.limit:
        words.append(e.p(view.limit, cls="m"))
    if view.definition_href:
        words.append(e.p(e.a(phrases("lineage.catalogue"), href=view.definition_href)))
    return [e.h3(phrases("lineage.definition")), *words]


def _part(part: PartView, number: int, phrases: Phrases) -> list[Child]:
    value = e.span(*printed(part.value, phrases), f" {part.unit}" if part.unit else "")
    title = phrases("lineage.part", number=number) + "　" if number else ""
    blocks: list[Child] = [e.h3(title, part.name, " ", value), _facts(part.facts)]
    for sheet in part.sheets:
        blocks += _sheet(sheet)
    return blocks


def _sheet(sheet: SheetView) -> list[Child]:
    """Where it stands and what stands there; folded away under its name where it is one of several."""
    blocks = [_facts(sheet.facts), *(excerpt(sheet.excerpt) if sheet.excerpt else ())]
    return [e.details(e.summary(sheet.name), *blocks, cls="dt")] if sheet.name else [*blocks]


def _facts(facts: Sequence[tuple[str, str]]) -> Element | None:
    if not facts:
        return None
    return e.dl(*(child for name, text in facts for child in (e.dt(name), e.dd(text))), cls="kv")


def excerpt(view: ExcerptView) -> Iterator[Element]:
    """Draw a piece of the sheet with the cells outlined, and below it what is folded away."""
    yield _rows(view, view.rows[:FEW])
    if rest := view.rows[FEW:]:
        yield e.details(e.summary(view.more), _rows(view, rest), cls="dt")


def _rows(view: ExcerptView, shown: Sequence[ExcerptRow]) -> Element:
    heads = [e.th(e.b(letter), f" {name}", scope="col") for letter, name in view.heads]
    rows = [_excerpt_row(row, view) for row in shown]
    drawn = e.table(e.caption(view.name, cls="sr"), e.thead(e.tr(e.td(), *heads)), e.tbody(*rows))
    return e.div(drawn, cls="src", tabIndex=0, role="group", aria_label=view.name)


def _excerpt_row(row: ExcerptRow, view: ExcerptView) -> Element:
    hit = view.hit_column if view.hit_row in {0, row.number} else None
    cells = [e.td(text, cls=_excerpt_class(text, at == hit)) for at, text in enumerate(row.cells)]
    return e.tr(e.th(row.number, scope="row"), *cells)


def _excerpt_class(text: str, hit: bool) -> str:  # noqa: FBT001 (the cell that is pointed at)
    words = "l" if any(character.isalpha() for character in text) else ""
    return f"{words} hit".strip() if hit else words
