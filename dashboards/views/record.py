"""How good the warnings are: the newest evaluation, table by table, and what closed cases confirmed of each rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import percent, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from metrics.judgement.titles import title
from warehouse.evaluations import FEWEST, Closed, Made
from warehouse.flags import Judgement
from warehouse.moments import minute

MISSED = "**"  # marks a cell of a report that falls short


def sentence(visit: Visit, made: Made | None, closed: Sequence[Closed]) -> FindingView:
    """When rules and models were last evaluated, and how many cases have been closed."""
    cases = sum(one.closed for one in closed)
    if made is None:
        return FindingView(visit.phrases("record.never", cases=plain(cases)), visit.phrases("record.basis"), automatic=False)  # fmt: skip
    said = visit.phrases("record.said", at=minute(made.made_at), cases=plain(cases))
    return FindingView(said, visit.phrases("record.basis"), automatic=False)


def closed_section(visit: Visit, closed: Sequence[Closed]) -> Element:
    """By rule: closed cases, how many were confirmed, how many false alarms; what is to be reviewed."""
    phrases = visit.phrases
    view = SectionView("closed", phrases("record.closed"), phrases("record.closed.meta"), note=phrases("record.closed.note", n=FEWEST))  # fmt: skip
    if not closed:
        return section(view, empty(phrases("record.closed.none")))
    heads = [
        ColumnView(phrases("alerts.rule"), kind="text"), ColumnView(phrases("record.cases")), ColumnView(phrases("record.confirmed"), "%", kind="bar"),
        ColumnView(phrases("record.false"), narrow=False), ColumnView(phrases("record.state"), kind="text"),
    ]  # fmt: skip
    return section(view, table(TableView(view.title, heads, [_closed(visit, one) for one in closed]), phrases))  # fmt: skip


def _closed(visit: Visit, one: Closed) -> RowView:
    judgement = Judgement(one.judgement)
    state = "review" if one.is_for_review else "few" if one.closed < FEWEST else "kept"
    cells = (
        CellView(plain(one.closed)), CellView(percent(one.share, 0)[:-1], value=one.share), CellView(plain(one.false)),
        CellView(visit.phrases(f"record.state.{state}"), verdict="miss" if one.is_for_review else None),
    )  # fmt: skip
    return RowView(
        title(judgement, one.rule).of(visit.lang), cells, sub=judgement.label.of(visit.lang)
    )


def about_section(visit: Visit, made: Made) -> Element:
    """What was judged, how, and the limits of it."""
    lines = made.report[visit.lang]["about"]
    view = SectionView("about", visit.phrases("record.about"), note=made.command)
    return section(view, e.ul(*(e.li(line) for line in lines), cls="plain"))


def tables(visit: Visit, made: Made) -> list[Element]:
    """The tables of the report, as the command prints them."""
    return [_table(visit, each) for each in made.report[visit.lang]["tables"]]


def _table(visit: Visit, one: Mapping[str, Any]) -> Element:
    view = SectionView(one["key"], one["title"])
    if not one["rows"]:
        return section(view, empty(visit.phrases("alerts.none")))
    return section(view, texts_table(visit, one["title"], one["heads"], one["rows"]))


def texts_table(visit: Visit, title_: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Element:  # fmt: skip
    """A table of texts as a report or a card keeps them; columns that hold numbers are set as numbers."""
    first, *others = heads
    numbers = [_is_number(row[at + 1] for row in rows) for at in range(len(others))]
    columns = [ColumnView(first, kind="text"), *(ColumnView(name, kind="number" if isn else "text") for name, isn in zip(others, numbers, strict=True))]  # fmt: skip
    lines = [RowView(row[0], [_cell(text) for text in row[1:]]) for row in rows]
    return table(TableView(title_, columns, lines, "dense wrap"), visit.phrases)


def _is_number(texts: Any) -> bool:  # noqa: ANN401 - any texts
    """Whether a column is set as numbers: most of its cells begin with a digit."""
    known = [text for text in texts if text]
    said: int = sum(text.lstrip("≥≤<>−- ")[:1].isdigit() or text == "—" for text in known)  # fmt: skip
    return said * 2 > len(known)


def _cell(text: str) -> CellView:
    return CellView(text.strip("*"), verdict="miss" if text.startswith(MISSED) else None)
