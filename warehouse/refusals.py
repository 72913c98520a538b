"""What the checks are called that refuse a row before any rule of its form can speak."""

from __future__ import annotations

from warehouse.text import Text

REFUSALS: dict[str, Text] = {
    "missing_value": Text("有空格未填", "cells left empty"),
    "not_a_number": Text("应填数字", "a number is asked for"),
    "not_whole": Text("应填整数", "a whole number is asked for"),
    "too_many_decimals": Text("小数位过多", "too many decimals"),
    "too_large": Text("数值过大", "value too large"),
    "below_minimum": Text("低于最小值", "below the least value"),
    "above_maximum": Text("高于最大值", "above the largest value"),
    "unknown_code": Text("代码不在代码表中", "code not on its list"),
    "total_row": Text("多填了合计行", "a row of totals"),
    "not_a_date": Text("应填日期", "a date is asked for"),
    "not_a_year": Text("应填学年", "an academic year is asked for"),
    "too_long": Text("文字过长", "text too long"),
    "too_many_cells": Text("单元格多于表头", "more cells than heads"),
    "not_due": Text("不在应报名录中", "not among the units due"),
    "duplicate": Text("重复的行", "rows given twice"),
    "not_filed": Text("目录外专业未备案", "specialty not filed"),
    "not_in_force": Text("专业本学年不可用", "specialty not in use that year"),
}
"""The name that `etl/reasons.py` writes down -> what a person reads in a list of checks."""
