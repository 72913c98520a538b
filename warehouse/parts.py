"""The parts of a form that is handed in by term, quarter or month: forms of their own, of which the year is gathered.

`training` is asked each quarter. Schools fill training_q1 to training_q4, each with table, ledger, draft, review and due day of its
own and with the columns and rules of the one declaration. The rows of `training` itself are the sums of theirs by key,
computed for a school in the transaction that changes one of them, so a unit counts once whatever number of parts it has handed in.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from warehouse.errors import DeclarationError
from warehouse.form import Form, Part, Period, Total
from warehouse.periods import Span, spans
from warehouse.text import Text


def parts(form: type[Form]) -> tuple[type[Form], ...]:
    """The forms that fill this one, in the order of the year; none where it is handed in itself."""
    return _parts(form) if is_gathered(form) else ()  # type: ignore[arg-type]  # mypy holds classes with class variables for unhashable


@cache
def _parts(form: type[Form]) -> tuple[type[Form], ...]:
    _check_adds_up(form)
    return tuple(_part(form, span) for span in spans(form.every))


def is_gathered(form: type[Form]) -> bool:
    """Whether nobody hands the form in itself, because it is handed in by parts."""
    return form.every.has_parts and form.span is None


def whole(form: type[Form]) -> type[Form]:
    """The form of the whole year that a form belongs to; itself where it is no part."""
    return form.part_of or form


def _part(form: type[Form], span: Span) -> type[Form]:
    """The declaration again, for one part of the year. What it compares with last year's is the same part then."""
    code = span.code.capitalize()
    name = f"{form.name}_{span.code}"
    refers = {n: _own(total, form.name, name) for n, total in form.refers.items()}
    said = {
        "__module__": form.__module__, "__doc__": form.__doc__, **form.columns, **form.rules,
        "title": Text(f"{form.title.zh}（{span.label.zh}）", f"{form.title.en} ({span.label.en})"),
        "domain": form.domain, "about": form.about, "refers": refers, "cuts": form.cuts, "school_cuts": form.school_cuts, "derives": form.derives,
        "derived_labels": form.derived_labels, "statutory": form.statutory, "every": form.every,
        "part_of": form, "span": span,
    }  # fmt: skip
    return type(f"{form.__name__}{code}", (Form,), said)


def _own(total: Total, form: str, part: str) -> Total:
    return replace(total, form=part) if total.form == form else total


def _check_adds_up(form: type[Form]) -> None:
    """Only what happens in a time can be added up over times: no stocks, nothing that describes."""
    others = [
        column.name
        for column in form.columns.values()
        if column.part is Part.ATTRIBUTE or (column.part is Part.MEASURE and column.period is not Period.YEAR)
    ]  # fmt: skip
    if others:
        listed = ", ".join(others)
        raise DeclarationError(
            f"{form.name} 分期报送，这些列不能按期相加：{listed}",
            f"{form.name} is handed in by parts of a year, over which these columns do not add up: {listed}",
        )


def gathered(form: type[Form], rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the year out of the rows of its parts (school_id and the form's columns): their sums by school and key."""
    keys = ["school_id", *(column.name for column in form.grain())]
    sums = [_sum(column.name) for column in form.measures()]
    return rows.group_by(keys, maintain_order=True).agg(sums).select("school_id", *form.columns)


def _sum(name: str) -> pl.Expr:
    """Null where no part says anything."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)
