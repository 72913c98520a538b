"""The sheets behind a number of one school: where its cells stand, what stands there, and every revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from dashboards.numbers import day_of_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.lineage import FEW, ExcerptRow, ExcerptView, SheetView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.views import chain as words
from dashboards.views import wording
from metrics.lineage import Lineage
from metrics.sheets import Revision, SheetCell, Source
from warehouse.discovery import form as form_named
from warehouse.form import Column, Part
from warehouse.moments import china_day, minute

MOST_ROWS = 500  # of a sheet on one page


def view(visit: Visit, sheet: Source, *, is_alone: bool) -> SheetView:
    """A sheet behind a part; where a part was computed from several, each says what it holds."""
    title = form_named(sheet.form).title
    named = (_column(sheet).label.of(visit.lang), _sum(sheet), title.of(visit.lang))
    name = "" if is_alone else visit.phrases("list.meta").join(filter(None, named))
    return SheetView(name, _facts(visit, sheet), _excerpt(visit, sheet))


def _sum(sheet: Source) -> str:
    """What the sheet adds up to; "" of a column that is not added, or hidden."""
    taken = sheet.submission
    if taken is None or taken.value is None or _column(sheet).part is not Part.MEASURE:
        return ""
    return plain(taken.value)


def _facts(visit: Visit, sheet: Source) -> list[tuple[str, str]]:
    """Where in which file it stands, and when it came."""
    taken = sheet.submission
    if taken is None:
        return [(visit.phrases("source.submission"), visit.phrases("source.none"))]
    rows = sheet.rows
    letter = next(
        (c.letter for row in rows for c in row.cells if c.column == sheet.column and c.letter), ""
    )
    where = visit.phrases(
        "source.where" if len(rows) == 1 else "source.where.many",
        sheet=taken.sheet or taken.file_name, row=rows[0].number if rows else "", n=len(rows), column=letter or "–",
    )  # fmt: skip
    submitted = visit.phrases(
        "source.submitted",
        n=taken.revision,
        at=minute(taken.received_at),
        by=taken.received_by,
    )
    return [
        (visit.phrases("source.cell"), where),
        (visit.phrases("source.submission"), submitted),
        (visit.phrases("source.file"), taken.file_name),
    ]


def _excerpt(visit: Visit, sheet: Source) -> ExcerptView | None:
    """The rows that were added up, with the cells of the column outlined."""
    if not sheet.rows or sheet.submission is None:
        return None
    form = form_named(sheet.form)
    first = sheet.rows[0]
    heads = [
        (cell.letter or "–", form.columns[cell.column].label.of(visit.lang)) for cell in first.cells
    ]
    rows = [
        ExcerptRow(row.number, [_cell(visit, form.columns[c.column], c) for c in row.cells])
        for row in sheet.rows[:MOST_ROWS]
    ]
    at = next((n for n, cell in enumerate(first.cells) if cell.column == sheet.column), 0)
    name = visit.phrases(
        "source.excerpt", sheet=sheet.submission.sheet or sheet.submission.file_name
    )
    hit = first.number if len(sheet.rows) == 1 else 0
    return ExcerptView(name, heads, rows, hit, at, _more(visit, len(sheet.rows)))


def _more(visit: Visit, rows: int) -> str:
    """The words before the rows that are folded away, and how many are too many for a page."""
    words = visit.phrases("source.more", n=plain(min(rows, MOST_ROWS) - FEW))
    return words + (visit.phrases("source.cut", n=plain(rows)) if rows > MOST_ROWS else "")


def _cell(visit: Visit, column: Column, cell: SheetCell) -> str:
    if cell.value is None:
        return ""
    if column.codes is not None and cell.value in column.codes.labels:
        return column.codes.labels[str(cell.value)].of(visit.lang)
    is_number = isinstance(cell.value, int) and column.part is Part.MEASURE
    return plain(int(cell.value)) if is_number else str(cell.value)


def revisions(visit: Visit, found: Lineage) -> Iterator[tuple[str, TableView, str]]:
    """Every submission of every sheet behind the number."""
    ordered = sorted(unique(found), key=_form_and_year)
    for (name, _), together in groupby(ordered, _form_and_year):
        sheets = list(together)
        if sheets[0].revisions:
            title = visit.phrases("source.revisions", form=form_named(name).title.of(visit.lang))
            yield title, _revised(visit, title, sheets), ""


def _form_and_year(sheet: Source) -> tuple[str, int]:
    return sheet.form, sheet.year


def _revised(visit: Visit, title: str, sheets: Sequence[Source]) -> TableView:
    """The submissions of one form and year, with what each said in the columns that are added up."""
    counted = [one for one in sheets if _column(one).part is Part.MEASURE]
    heads = (
        ColumnView(visit.phrases("source.revision"), kind="text"),
        *(ColumnView(_column(one).label.of(visit.lang)) for one in counted),
    )
    rows = [
        _revision(
            visit, one, sheets[0].form, sheets[0].year, [s.revisions[number].value for s in counted]
        )
        for number, one in enumerate(sheets[0].revisions)
    ]
    return TableView(title, heads, rows, "wrap")


def _column(sheet: Source) -> Column:
    return form_named(sheet.form).columns[sheet.column]


def unique(found: Lineage) -> list[Source]:
    """Each form and column once."""
    sheets = {(one.form, one.column, one.year): one for term in found.terms for one in term.sources}
    return list(sheets.values())


def _revision(
    visit: Visit, one: Revision, form: str, year: int, said: Sequence[int | None]
) -> RowView:
    values = [
        CellView(symbol="not_applicable") if value is None else CellView(plain(value))
        for value in said
    ]
    received = day_of_year(china_day(one.received_at), visit.lang)
    name = f"{received} {'p' if one.revision == 1 else 'r'}"
    counted = wording.fate(visit.phrases, is_current=one.is_current, is_refused=one.is_refused)
    marked = words.supplementary(visit, form, year, one.received_at)
    file = visit.phrases("list.meta").join(filter(None, (one.file_name, counted, marked)))
    return RowView(name, values, sub=file, kind="own" if one.is_current else "")
