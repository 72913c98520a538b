"""Two submissions of a form side by side: every cell as it is, and, where it changed, as it was.

A changed cell is marked by a sign before it (▲ more, ▼ less, ◆ other) and by what it was, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import choice_field, hidden, press
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from metrics.compare import Change, Comparison, Line, Taken, Value, compare
from metrics.compare import hidden as masked
from warehouse.discovery import form as form_named
from warehouse.form import Column, Secrecy
from warehouse.moments import minute
from warehouse.rights import Right

MOST = 200  # rows on the page
HIDDEN = "*"


def name(visit: Visit, one: Taken) -> str:
    """A submission in words: its year, revision and moment."""
    return visit.phrases(
        "compare.one", year=academic_year(one.year, visit.lang), n=one.revision, at=minute(one.received_at)
    )  # fmt: skip


def beside(visit: Visit, handed: Sequence[Taken], now: Taken) -> Taken | None:
    """What the address asks to compare with: the revision before, or last year's."""
    if visit.address.view == "year":
        return next((one for one in handed if one.year == now.year - 1 and one.is_current), None)
    earlier = (one for one in handed if one.year == now.year and one.revision < now.revision)
    return next(earlier, None)


def rows_section(visit: Visit, handed: Sequence[Taken], now: Taken) -> Element:
    """The rows of a submission beside those of the revision before, or of last year."""
    before = beside(visit, handed, now)
    choices = [
        ChoiceView(visit.phrases(f"compare.{kind or 'revision'}"), visit.address.to(view=kind), visit.address.view == kind)
        for kind in ("", "year")
    ]  # fmt: skip
    switch = SwitchView(visit.phrases("compare.with"), choices)
    return _drawn(visit, before, now, switch)


def pair_section(visit: Visit, before: Taken | None, now: Taken) -> Element:
    """Any two submissions."""
    return _drawn(visit, before, now, None)


def _drawn(visit: Visit, before: Taken | None, now: Taken, switch: SwitchView | None) -> Element:
    form = visit.address.form
    found = compare(visit.reader, form, visit.address.place or 0, before, now)
    found = found if visit.audience.sees_sensitive else masked(found)
    view = SectionView(
        "rows", visit.phrases("compare.rows"), _against(visit, before, now), say=_said(visit, before, found),
        switch=switch, note=visit.phrases("compare.note", n=MOST),
    )  # fmt: skip
    if not found.lines:
        return section(view, empty(visit.phrases("compare.none")))
    return section(view, table(_table(visit, found), visit.phrases))


def _against(visit: Visit, before: Taken | None, now: Taken) -> str:
    if before is None:
        return visit.phrases("compare.alone", now=name(visit, now))
    return visit.phrases("compare.against", now=name(visit, now), before=name(visit, before))


def _said(visit: Visit, before: Taken | None, found: Comparison) -> str:
    if before is None:
        return visit.phrases("compare.nothing")
    if not found.changed:
        return visit.phrases("compare.same")
    lines = sum(line.kind != "same" for line in found.lines)
    return visit.phrases("compare.changed", cells=plain(found.changed), rows=plain(lines))


def _table(visit: Visit, found: Comparison) -> TableView:
    form = form_named(found.form)
    columns = [one for one in form.columns.values() if one.name not in _keys(found.form)]
    heads = [ColumnView(visit.phrases("compare.row"), kind="text")]
    heads += [ColumnView(one.label.of(visit.lang), kind="text") for one in form.grain()]
    heads += [
        ColumnView(one.label.of(visit.lang), one.unit.of(visit.lang), "number" if one.part == "measure" else "text")
        for one in columns
    ]  # fmt: skip
    changed_first = sorted(found.lines, key=lambda line: line.kind == "same")
    rows = [_line(visit, found.form, columns, line) for line in changed_first[:MOST]]
    return TableView(
        visit.phrases("compare.rows"),
        heads,
        [_total(visit, found, columns), *rows],
        part=part(len(rows), len(found.lines)),
    )


def _keys(form: str) -> set[str]:
    return {one.name for one in form_named(form).grain()}


def _total(visit: Visit, found: Comparison, columns: Sequence[Column]) -> RowView:
    """The sums of the measures; nothing is added up that has no sum."""
    blank = [CellView() for _ in form_named(found.form).grain()]
    sums = [
        _cell(visit, one, found.total(one.name)) if one.part == "measure" else CellView() for one in columns
    ]  # fmt: skip
    return RowView(visit.phrases("compare.total"), [*blank, *sums], kind="total")


def _line(visit: Visit, form: str, columns: Sequence[Column], line: Line) -> RowView:
    keys = [
        CellView(_text(visit, column, value))
        for column, value in zip(form_named(form).grain(), line.key, strict=True)
    ]
    cells = [_cell(visit, column, line.cells[column.name], line.kind) for column in columns]
    sub = "" if line.kind in {"same", "changed"} else visit.phrases(f"compare.{line.kind}")
    return RowView(
        str(line.sheet_row), [*keys, *cells], sub=sub, kind="" if line.kind == "same" else "own"
    )


def _cell(visit: Visit, column: Column, change: Change, kind: str = "changed") -> CellView:
    if column.secrecy is Secrecy.SENSITIVE and Right.SEE_SENSITIVE not in visit.rights:
        return CellView(HIDDEN)
    shown = change.before if kind == "removed" else change.after
    text = _text(visit, column, shown)
    if kind != "changed" or not change.is_change:
        return CellView(text, symbol="" if text else "not_applicable")
    was = _text(visit, column, change.before) or "—"
    return CellView(f"{_sign(change)} {text or '—'}", note=visit.phrases("compare.was", before=was))


def _sign(change: Change) -> str:
    before, after = change
    if isinstance(before, int) and isinstance(after, int):
        return "▲" if after > before else "▼"
    return "◆"


def _text(visit: Visit, column: Column, value: Value) -> str:
    if value is None:
        return ""
    if column.codes is not None and str(value) in column.codes.labels:
        return column.codes.labels[str(value)].of(visit.lang)
    return plain(value) if isinstance(value, int) and column.part == "measure" else str(value)


def choice(visit: Visit, handed: Sequence[Taken], now: Taken, before: Taken | None) -> Element:
    """Which two: a form that leads to an address."""
    address, phrases = visit.address, visit.phrases
    listed = [(str(one.submission_id), name(visit, one)) for one in handed]
    return e.form(
        hidden("year", visit.year),
        hidden("theme", address.theme),
        hidden("form", address.form),
        e.div(
            choice_field("item", phrases("compare.now"), listed, str(now.submission_id)),
            choice_field(
                "start", phrases("compare.before"), [("", phrases("compare.no")), *listed], str(before.submission_id) if before else ""
            ),
            cls="fields",
        ),
        e.div(press(phrases("compare.show"), is_first=True), cls="acts"),
        method="get",
        action=f"/{address.lang}/compare/{address.place}",
        role="search",
        aria_label=phrases("compare.title"),
    )  # fmt: skip
