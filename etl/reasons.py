"""Why a row was refused before any rule of its form could speak, and sentences filled from columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from warehouse.text import Text

_SLOT = re.compile(r"\{(\w+)\}")

REASONS: dict[str, tuple[Text, Text]] = {
    "missing_value": (
        Text("“{label_zh}”没有填。", "'{label_en}' is empty."),
        Text("没有发生的填 0，不能留空。", "Write 0 where nothing happened; do not leave it empty."),
    ),
    "not_a_number": (
        Text("“{label_zh}”填了“{value}”，不是数。", "'{label_en}' holds '{value}', not a number."),
        Text("只填阿拉伯数字，不带文字。", "Write digits only, without words."),
    ),
    "not_whole": (
        Text(
            "“{label_zh}”填了“{value}”，应当是整数。",
            "'{label_en}' holds '{value}' but counts in whole numbers.",
        ),
        Text("填整数。", "Write a whole number."),
    ),
    "too_many_decimals": (
        Text("“{label_zh}”填了“{value}”，小数位太多。", "'{label_en}' holds '{value}': too many decimals."),
        Text("最多保留 {decimals} 位小数。", "Keep {decimals} decimals at most."),
    ),
    "too_large": (
        Text("“{label_zh}”填了“{value}”，数值过大。", "'{label_en}' holds '{value}', which is too large."),
        Text("核对单位和位数。", "Check the unit and the number of digits."),
    ),
    "below_minimum": (
        Text("“{label_zh}”填了“{value}”，小于 {minimum}。", "'{label_en}' holds '{value}', below {minimum}."),
        Text("填不小于 {minimum} 的数。", "Write {minimum} or more."),
    ),
    "above_maximum": (
        Text("“{label_zh}”填了“{value}”，大于 {maximum}。", "'{label_en}' holds '{value}', above {maximum}."),
        Text("填不大于 {maximum} 的数。", "Write {maximum} or less."),
    ),
    "unknown_code": (
        Text("“{label_zh}”填了“{value}”，不在代码表中。", "'{label_en}' holds '{value}', which no code list has."),
        Text("相近的有：{near}。", "The nearest are: {near}."),
    ),
    "total_row": (
        Text("这是合计行（“{value}”），不用填。", "This is a row of totals ('{value}'); none is asked for."),
        Text("删去合计行，系统会自动加总。", "Delete it: totals are added up here."),
    ),
    "not_a_date": (
        Text("“{label_zh}”填了“{value}”，不是日期。", "'{label_en}' holds '{value}', not a date."),
        Text("写成 2025-09-01。", "Write it as 2025-09-01."),
    ),
    "not_a_year": (
        Text("“学年”填了“{value}”，不是学年。", "'Academic year' holds '{value}', not a year."),
        Text("写成 2025 或 2025-2026。", "Write it as 2025 or 2025-2026."),
    ),
    "too_long": (
        Text("“{label_zh}”超过 {longest} 字。", "'{label_en}' is longer than {longest} characters."),
        Text("精简文字。", "Shorten it."),
    ),
    "too_many_cells": (
        Text("本行的单元格比表头多。", "The row has more cells than the header."),
        Text(
            "含逗号的内容请加引号，或改用 xlsx。",
            "Quote values that contain the separator, or submit an xlsx.",
        ),
    ),
    "not_due": (
        Text(
            "学校标识码“{value}”不在 {year} 学年的应报名录中。",
            "No unit of the code '{value}' is due in {year}.",
        ),
        Text(
            "核对标识码，或先登记单位变更；再用改正后的文件报送这些行。",
            "Check the code, or record the event of the unit first; then send these rows in a corrected file.",
        ),
    ),
    "duplicate": (
        Text("与第 {other} 行是同一{keys}，无法判断哪一行为准。", "Row {other} is for the same {keys}; which one holds cannot be told."),
        Text("合并为一行，或改正其中一行。", "Merge the two or correct one."),
    ),
    "not_filed": (
        Text("“{code}”是目录外专业，没有经本校所在省备案。", "'{code}' stands outside the catalogue, and the school's province has not filed it."),
        Text(
            "请改用目录内专业；确需开设的，由省级系统管理员在“专业目录”页备案后重新报送。",
            "Use a specialty of the catalogue; or ask the province's system administrator to file it on the page 'Catalogue of specialties', then submit again.",
        ),
    ),
    "not_in_force": (
        Text("专业“{code}”在本学年不可用。", "The specialty '{code}' is not in use in this year."),
        Text("核对学年和专业代码；起止学年见“专业目录”页。", "Check year and code; its years stand on the page 'Catalogue of specialties'."),
    ),
}  # fmt: skip
"""Reason -> what is said, what is to be done."""


def sentence(template: str, slots: Mapping[str, pl.Expr]) -> pl.Expr:
    """The template with its {slots} filled from columns, row by row; what is absent is a dash."""
    parts = _SLOT.split(template)
    pieces = [
        slots[part].cast(pl.String).fill_null("—") if odd else pl.lit(part)
        for odd, part in ((i % 2, p) for i, p in enumerate(parts))
        if odd or part
    ]
    return pl.concat_str(pieces) if pieces else pl.lit("")
