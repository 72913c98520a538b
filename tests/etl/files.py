"""Files as schools hand them in: a few rows of students by specialty in every kind of file."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

SCHOOL = "3643000001"
HEADERS = ["学校标识码", "学年", "专业", "年级", "性别", "在校生数", "招生数", "毕业生数"]
NAMES = [
    "school_code",
    "year",
    "specialty",
    "grade",
    "sex",
    "students",
    "entrants",
    "graduates",
]
Row = Sequence[Any]


def row(
    students: Any = 40,
    entrants: Any = 0,
    graduates: Any = 0,
    *,
    specialty: Any = "720201",
    grade: Any = "2",
    sex: Any = "2",
    school: Any = SCHOOL,
    year: Any = "2025",
) -> list[Any]:
    return [school, year, specialty, grade, sex, students, entrants, graduates]


FIRST, SECOND = row(45, 45, grade="1"), row(40)
EMPTY: list[Any] = [None] * len(HEADERS)


def xlsx(path: Path, lines: Sequence[Row], sheet: str = "填报") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return path


def delimited(
    path: Path, lines: Sequence[Row], *, encoding: str = "utf-8", separator: str = ","
) -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows(lines)
    return path


def records(path: Path, lines: Sequence[Row], names: Sequence[str] = NAMES) -> Path:
    said = [dict(zip(names, line, strict=True)) for line in lines]
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return path


def parquet(path: Path, lines: Sequence[Row], names: Sequence[str] = NAMES) -> Path:
    pl.DataFrame(list(lines), schema=list(names), orient="row", strict=False).write_parquet(path)
    return path
