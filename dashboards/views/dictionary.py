"""The data dictionary: every form with its columns, their headers, units and classes, and its rules."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.table import ColumnView, RowView, TableView
from warehouse import law
from warehouse.codes import Codes
from warehouse.discovery import forms
from warehouse.form import Column, Form, Rule
from warehouse.history import field_history
from warehouse.locked import Locked, laid

FEW_CODES = 12  # a longer list is counted, not printed


def tables(visit: Visit) -> Iterator[tuple[type[Form], list[TableView]]]:
    """Columns, rules where there are some, and history of every form."""
    for form in forms().values():
        ruled = [rules(visit, form)] if form.rules else []
        yield form, [columns(visit, form), *ruled, history(visit, form)]


def columns(visit: Visit, form: type[Form]) -> TableView:
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("records.column"), kind="text"),
        ColumnView(phrases("catalogue.unit"), kind="text"),
        ColumnView(phrases("catalogue.time"), kind="text", narrow=False),
        ColumnView(phrases("dictionary.class"), kind="text", narrow=False),
        ColumnView(phrases("dictionary.aliases"), kind="text"),
        ColumnView(phrases("dictionary.codes"), kind="text"),
    )
    name = phrases("dictionary.columns", form=form.title.of(visit.lang))
    return TableView(name, heads, [
        _given(visit, one) if isinstance(one, Locked) else _column(visit, one) for one in laid(form).values()
    ], "wrap")  # fmt: skip


def _given(visit: Visit, one: Locked) -> RowView:
    """A number that the form shows and does not ask for, with whose it is."""
    owner = visit.phrases("fill.given", form=one.owner.title.of(visit.lang))
    row = _column(visit, one.column)
    return RowView(one.label.of(visit.lang), row.cells, sub=owner)


def _column(visit: Visit, column: Column) -> RowView:
    phrases, lang = visit.phrases, visit.lang
    codes = _codes(visit, column.codes) if column.codes else ""
    aliases = ", ".join((column.name, *column.aliases))
    cells = (
        CellView(column.unit.of(lang), symbol="" if column.unit.zh else "not_applicable"),
        CellView(phrases(f"time.{column.period.value}")),
        CellView(phrases(f"secrecy.{column.secrecy.value}")),
        CellView(aliases),
        CellView(codes, symbol="" if codes else "not_applicable"),
    )
    return RowView(column.label.of(lang), cells, sub=column.note.of(lang))


def _codes(visit: Visit, codes: Codes) -> str:
    if len(codes.labels) > FEW_CODES:
        return visit.phrases("dictionary.many", n=len(codes.labels))
    return "; ".join(f"{code} {label.of(visit.lang)}" for code, label in codes.labels.items())


def rules(visit: Visit, form: type[Form]) -> TableView:
    phrases = visit.phrases
    heads = (
        ColumnView(phrases("records.column"), kind="text"),
        ColumnView(phrases("records.answer"), kind="text"),
        ColumnView(phrases("records.message"), kind="text"),
        ColumnView(phrases("catalogue.basis"), kind="text"),
    )
    name = phrases("dictionary.rules", form=form.title.of(visit.lang))
    return TableView(name, heads, [_rule(visit, form, one) for one in form.rules.values()], "wrap")


def _rule(visit: Visit, form: type[Form], rule: Rule) -> RowView:
    basis = law.entry(rule.law).basis.of(visit.lang) if rule.law else ""
    cells = (
        CellView(visit.phrases(f"answer.{rule.answer.value}")),
        CellView(rule.says.of(visit.lang)),
        CellView(basis, symbol="" if basis else "not_applicable"),
    )
    return RowView(form.columns[rule.blame].label.of(visit.lang), cells)


def history(visit: Visit, form: type[Form]) -> TableView:
    """Since when its columns are asked as they are: those declared together in a line, every change in one of its own."""
    phrases = visit.phrases
    heads = [ColumnView(phrases(f"catalogue.history.{name}"), kind="text") for name in ("on", "what", "why")]  # fmt: skip
    return TableView(phrases("dictionary.history", form=form.title.of(visit.lang)), heads, list(_revisions(visit, form)), "wrap")  # fmt: skip


def _revisions(visit: Visit, form: type[Form]) -> Iterator[RowView]:
    phrases = visit.phrases
    kept = {name.partition(".")[2]: lines for name, lines in field_history().items() if name.partition(".")[0] == form.name}  # fmt: skip
    changes = [(one.on, name, one) for name, lines in kept.items() for one in lines[1:]]
    for on, name, one in sorted(changes, key=lambda each: each[0], reverse=True):
        what = phrases("dictionary.withdrawn", name=name) if not one.meaning else f"{name}: {one.meaning}"  # fmt: skip
        yield RowView(on.isoformat(), [CellView(what), CellView(one.why.of(visit.lang))])
    for on in sorted({lines[0].on for lines in kept.values()}, reverse=True):
        names = [form.columns[name].label.of(visit.lang) if name in form.columns else name for name, lines in kept.items() if lines[0].on == on]  # fmt: skip
        yield RowView(on.isoformat(), [CellView(phrases("build.and").join(names)), CellView(phrases("catalogue.history.first"))])  # fmt: skip
