"""What became of the recorded changes of divisions: which could be used, and why the others could not."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from warehouse.places import read_register


def division_report() -> str:
    """The page as Markdown."""
    return "\n".join(lines())


def lines() -> Iterator[str]:
    fates = read_register().fates
    number = {name: fates.filter(pl.col("fate") == name).height for name in ("used", "partly", "unusable")}  # fmt: skip
    yield "# Changes of divisions 区划变更的采用情况"
    yield ""
    yield "Written by `zhijian docs` from `warehouse/reference/division_changes_2010_2026.csv`.  由数据自动生成。"
    yield ""
    yield f"{fates.height} rows: {number['used']} used, {number['partly']} used in part, {number['unusable']} not usable. A row that is not"
    yield "usable leaves the register as the neighbouring years show it; no row is dropped in silence."
    yield ""
    yield "| row | year | type | use | 原因 | reason |"
    yield "|---|---|---|---|---|---|"
    for row in fates.filter(pl.col("fate") != "used").iter_rows(named=True):
        yield f"| {row['line']} | {row['year']} | {row['type']} | {row['fate']} | {row['reason_zh']} | {row['reason_en']} |"
    yield ""
