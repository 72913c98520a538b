"""The tables of a submission: which form each is, and of a form handed in by parts of the year which part."""

from __future__ import annotations

from dataclasses import replace

from etl.errors import MixedPeriods, SeveralForms, UnknownPeriod, WrongPeriod
from etl.headers import PERIOD, Table, tables_of
from etl.identify import stated_anywhere, years
from etl.sheet import Sheet
from warehouse.form import Form
from warehouse.parts import is_gathered, parts, whole
from warehouse.periods import Span, read_span
from warehouse.terms import UnreadableTime
from warehouse.text import Text

__all__ = ["recognise", "recognise_all"]


def recognise(sheets: list[Sheet], form: type[Form] | None) -> Table:
    """The one table of a submission."""
    tables = recognise_all(sheets, form)
    if len(tables) > 1:
        named = [(table.sheet.name or table.sheet.file, table.form.title) for table in tables]
        found = Text(
            "、".join(f"{name}（{title.zh}）" for name, title in named),
            ", ".join(f"{name} ({title.en})" for name, title in named),
        )
        raise SeveralForms(tables[0].sheet.file, found=found)
    return tables[0]


def recognise_all(sheets: list[Sheet], form: type[Form] | None) -> list[Table]:
    """Every table of a file: each sheet whose headers are complete for a form. None at all is an error."""
    return [_of_part(table) for table in tables_of(sheets, form)]


def _of_part(table: Table) -> Table:
    """The table under the form of the part of the year that it states; the part that was asked for, and no other."""
    if not table.form.every.has_parts:
        return table
    said = _stated(table)
    if said is None:
        if is_gathered(table.form):
            raise UnknownPeriod(table.sheet.file, form=table.form.title, known=_listed(table.form))
        return table
    found = next(one for one in parts(whole(table.form)) if one.span == said)
    if table.form.span not in (None, said):
        raise WrongPeriod(table.sheet.file, found=found.title, wanted=table.form.title)
    return replace(table, form=found)


def _stated(table: Table) -> Span | None:
    """The part of the year that the head and every row state; more than one is an error."""
    known = years(table)
    year = min(known) if len(known) == 1 else None
    try:
        found = {read_span(text, table.form.every, year) for text in stated_anywhere(table, PERIOD)}
    except UnreadableTime as problem:
        raise UnknownPeriod(
            table.sheet.file, form=whole(table.form).title, known=_listed(table.form), detail=Text(problem.zh, problem.en)
        ) from problem  # fmt: skip
    if len(found) > 1:
        labels = [one.label for one in sorted(found, key=lambda one: one.code)]
        named = Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))
        raise MixedPeriods(table.sheet.file, found=named)
    return found.pop() if found else None


def _listed(form: type[Form]) -> Text:
    labels = [one.span.label for one in parts(whole(form)) if one.span]
    return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))
