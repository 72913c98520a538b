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
from warehouse.locked import Locked, laid

FEW_CODES = 12  # a longer list is counted, not printed


def tables(visit: Visit) -> Iterator[tuple[type[Form], TableView, TableView | None]]:
    """Columns and rules of every form."""
    for form in forms().values():
        yield form, columns(visit, form), rules(visit, form) if form.rules else None


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
