"""Rows of the ministry as a province's own system hands them over: one file a unit, form and year.

Three house styles occur, one for each province: CSV with Chinese headers and words, CSV with the short codes of the
JY/T standards where a column has one, and Parquet with our column names. Written values are in the form's
written units (万元 for money that has a scale).
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from etl.demo.remarks import EXPLANATION
from etl.demo.targets import provinces
from warehouse.codes import Codes
from warehouse.form import Column, Form

__all__ = ["STYLES", "style_of", "write_package", "written"]

STYLES = ("chinese", "standard", "parquet")
SHORT = re.compile(r"[A-Z]{2,10}")
IDENTITY = {
    "chinese": ("学校标识码", "学年", "期间", "说明"),
    "standard": ("XXBSM", "XN", "BGQ", "说明"),
    "parquet": ("school_code", "year", "period", "explanation"),
}


def style_of(province: int) -> str:
    """The house style of the unit with this index in provinces()."""
    return ("chinese", "parquet", "standard", "parquet")[provinces()[province].code % 4]


def written(frame: pl.DataFrame, form: type[Form], year: int, style: str) -> pl.DataFrame:
    """Typed rows (with school_code and explanation) as a file in that style shows them."""
    school, when, part, reason = IDENTITY[style]
    said = str(year) if style == "parquet" else f"{year}-{year + 1}"
    columns = [c for name, c in form.columns.items() if name in frame.columns]
    return frame.select(
        pl.col("school_code").alias(school),
        pl.lit(said).alias(when),
        *(
            [pl.lit(form.span.code if style == "parquet" else form.span.label.zh).alias(part)]
            if form.span
            else []
        ),
        *(_cell(column, style).alias(header(column, style)) for column in columns),
        pl.col(EXPLANATION).alias(reason),
    )


def header(column: Column, style: str) -> str:
    """What the style writes above a column."""
    if style == "parquet":
        return column.name
    short = next((alias for alias in column.aliases if SHORT.fullmatch(alias)), None)
    return short if style == "standard" and short else column.label.zh


def _cell(column: Column, style: str) -> pl.Expr:
    value = pl.col(column.name)
    if column.scale != 1:
        return (value / column.scale).round(4)
    if column.codes is not None and _in_words(column.codes, style):
        words = {code: label.zh for code, label in column.codes.labels.items()}
        return value.replace_strict(words, return_dtype=pl.String)
    return value


def _in_words(codes: Codes, style: str) -> bool:
    """Chinese files say everything in words; the standard has codes of its own for what is numbered."""
    return style == "chinese" or (style == "standard" and not all(map(str.isdigit, codes.labels)))


def write_package(folder: Path, frame: pl.DataFrame, form: type[Form], year: int) -> list[Path]:
    """Write one form and year, a file a unit; `frame` also has province (index), school_code, explanation."""
    place = folder / str(year)
    place.mkdir(parents=True, exist_ok=True)
    paths = []
    for (index,), rows in frame.partition_by("province", as_dict=True, maintain_order=True).items():
        style = style_of(int(index))
        unit = provinces()[int(index)].code
        table = written(rows, form, year, style)
        path = place / f"{form.name}-{year}-{unit}.{'parquet' if style == 'parquet' else 'csv'}"
        if style == "parquet":
            table.write_parquet(path, compression="zstd", statistics=False)
        else:
            table.write_csv(path, include_bom=True)
        paths.append(path)
    return paths
