"""Whose file it is: the school and the academic year, from its rows, its head or the one who submits it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import polars as pl
import sqlalchemy as sa

from etl.cells import school_code_of, year_of
from etl.errors import ClosedYear, MixedYears, NotYet, UnknownYear, WrongSchool, WrongYear
from etl.headers import IDENTIFICATION, SCHOOL, YEAR, Table, readings
from warehouse import tables
from warehouse.divisions import FIRST_YEAR
from warehouse.form import Form
from warehouse.store import Reader, Warehouse
from warehouse.terms import format_year, newest_year
from warehouse.text import Text


def stated(table: Table, name: str) -> str | None:
    """What the cells above the header say: the filled cell to the right of a label of that name."""
    labels = {each: _words(each) for each in IDENTIFICATION}
    for row in table.head:
        filled = [text for text in row if text and text.strip()]
        for said, value in pairwise(filled):
            is_label = any(words.intersection(readings(value)) for words in labels.values())
            if labels[name].intersection(readings(said)) and not is_label:
                return value
    return None


def _words(name: str) -> set[str]:
    """Every reading of an identification column's labels."""
    label, aliases = IDENTIFICATION[name]
    return {word for each in (label.zh, label.en, name, *aliases) for word in readings(each)}


def years(table: Table) -> set[int]:
    """Every academic year that the head or a row states."""
    return {year for text in stated_anywhere(table, YEAR) if (year := year_of(text)) is not None}


def schools(table: Table) -> set[str]:
    """Every school code that the head or a row states."""
    return {code for text in stated_anywhere(table, SCHOOL) if (code := school_code_of(text))}


def only(table: Table, codes: set[str]) -> Table:
    """The rows of these schools; a table of one school named above it is taken whole."""
    if SCHOOL not in table.columns:
        return table
    written = table.cells[table.columns[SCHOOL]].cast(pl.String)
    wanted = [text for text in written.unique().drop_nulls() if school_code_of(text) in codes]
    return replace(table, cells=table.cells.filter(written.is_in(wanted)))


def stated_anywhere(table: Table, name: str) -> list[str]:
    """What the head and the rows say under an identification column, each once."""
    said = [text for text in (stated(table, name),) if text]
    if name not in table.columns:
        return said
    written = table.cells[table.columns[name]].cast(pl.String).unique().drop_nulls()
    return said + written.to_list()


def year(table: Table, wanted: int | None, today: date) -> int:
    """The one academic year of a table."""
    found, file = years(table), table.sheet.file
    if len(found) > 1:
        raise MixedYears(file, found=_years(*sorted(found)))
    if not found and wanted is None:
        raise UnknownYear(file)
    number = found.pop() if found else wanted or 0
    if wanted not in (None, number):
        raise WrongYear(file, found=_years(number), wanted=_years(wanted or 0))
    check_open(file, table.form, number, today)
    return number


def _years(*numbers: int) -> Text:
    return Text(
        "、".join(format_year(each) for each in numbers),
        ", ".join(format_year(each, "en") for each in numbers),
    )


def check_open(file: str, form: type[Form], number: int, today: date) -> None:
    """Refuse a year that has not begun, or that lies before everything on record, and a part of a year that is not over."""
    newest = newest_year(today)
    if not FIRST_YEAR < number <= newest:
        raise ClosedYear(file, year=number, first=FIRST_YEAR + 1, last=newest)
    if form.opening_day(number) > today:
        raise NotYet(file, form=form.title, day=form.opening_day(number).isoformat())


def school(table: Table, wanted: str | None) -> str:
    """The one school of a submission, by its code."""
    found, file = schools(table), table.sheet.file
    if len(found) > 1:
        few = "、".join(sorted(found)[:3])
        raise WrongSchool(
            file,
            detail_zh=f"文件里有 {len(found)} 所学校（{few}…），一次只能提交一所",
            detail_en=f"the file holds {len(found)} schools ({few}…); one submission is one school's",
        )
    if not found and wanted is None:
        raise WrongSchool(file, detail_zh="没有写明学校标识码", detail_en="no school code is given")
    code = found.pop() if found else wanted or ""
    if wanted not in (None, code):
        raise WrongSchool(
            file,
            detail_zh=f"文件是 {code} 的，不是 {wanted} 的",
            detail_en=f"the file is of {code}, not of {wanted}",
        )
    return code


def code_in(reader: Reader, school: int, number: int) -> str:
    """The code that a unit goes by in a year; "" where it is not due."""
    version, due = tables.unit_version.c, tables.ladder.c
    found = reader.rows(
        sa.select(version.code)
        .join_from(tables.unit_version, tables.ladder, version.place_id == due.place_id)
        .where(
            version.place_id == school,
            sa.literal(number).between(version.from_year, version.to_year),
            due.year == number,
        )
    )
    return str(found[0].code) if found else ""


def unit(warehouse: Warehouse, file: str, code: str, number: int) -> pl.DataFrame:
    """One line (school_id, code, name): the unit of that code, if it is due in that year."""
    version, due = tables.unit_version.c, tables.ladder.c
    found = (
        sa.select(version.place_id.label("school_id"), version.code, version.name_zh.label("name"))
        .join_from(tables.unit_version, tables.ladder, version.place_id == due.place_id)
        .where(
            version.code == code,
            sa.literal(number).between(version.from_year, version.to_year),
            due.year == number,
        )
    )
    with warehouse.reading(warehouse.everything()) as reader:
        line = reader.frame(found)
    if line.is_empty():
        raise WrongSchool(
            file,
            detail_zh=f"{number} 学年的应报名录里没有 {code}",
            detail_en=f"{code} is not among the units due in {number}",
        )
    return line.head(1)
