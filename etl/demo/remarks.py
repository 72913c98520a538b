"""The reasons schools type into 说明 beside unusual values: for most rows that a remark rule would ask about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from etl.demo.dice import dice
from warehouse.form import Answer, Fields, Form, Total
from warehouse.locked import locked
from warehouse.shown import Shown

__all__ = ["EXPLANATION", "answer", "given", "key_of", "with_references"]

EXPLANATION = "explanation"
GIVEN = 0.72  # of the rows that need a reason
REASONS = {
    "starts_where_it_ended": "上年报表待更正",
    "someone_leaves": "本学年学籍异动手续尚在办理",
    "equipment_steps": "新建实训中心设备年内验收",
    "in_own_field": "部分学生实习岗位为相近专业",
    "within_quota": "实习单位为季节性用工，已报备",
    "everyone_guided": "指导教师调整交接期间",
    "not_everyone_settles": "经逐人电话核实",
    "as_many_as_graduated": "撤销专业的毕业生去向正在补报",
    "entrants_stay": "部分新生报到后转学",
    "graduates_were_there": "含并入学校的毕业生",
    "classes_for_specialties": "部分专业隔年招生",
}
ELSE = "情况属实，已核对"

Lookup = Callable[
    [Total], pl.DataFrame
]  # -> unit, value, and between them the key of a number that goes by one


def key_of(total: Total) -> list[str]:
    """The key by which the rows of a form show another form's number, if they do."""
    return [total.by] if isinstance(total, Shown) and total.by else []


def with_references(frame: pl.DataFrame, form: type[Form], lookup: Lookup) -> pl.DataFrame:
    """The columns of other forms that the rules refer to, joined by unit; null where nothing is on record, 0 where that has no such key."""
    for name, total in form.refers.items():
        values, keys = lookup(total).rename({"value": name}), key_of(total)
        frame = frame.join(values, on=["unit", *keys], how="left", maintain_order="left")
        if keys:
            frame = frame.with_columns(pl.when(pl.col("unit").is_in(values["unit"].implode())).then(pl.col(name).fill_null(0)))  # fmt: skip
    return frame


def given(form: type[Form], lookup: Lookup) -> dict[int, dict[str, Any]]:
    """The locked numbers of each unit, as warehouse.totals.context has them."""
    found: dict[int, dict[str, Any]] = {}
    for name, one in locked(form).items():
        for unit, *key, value in lookup(one.total).iter_rows():
            mine = found.setdefault(unit, {})
            if key:
                mine.setdefault(name, []).append({"key": key[0], "value": value})
            else:
                mine[name] = value
    return found


def verdicts(frame: pl.DataFrame, form: type[Form], answer: Answer) -> dict[str, pl.Series]:
    """For each rule of an answer, which rows break it; null counts as good."""
    fields = Fields(form)
    seen = frame.with_columns(school_id="unit")
    rules: Mapping[str, pl.Expr] = {
        name: ~rule.holds(fields).fill_null(value=True)
        for name, rule in form.rules.items()
        if rule.answer is answer
    }
    found = seen.select(**rules) if rules else pl.DataFrame()
    return {name: found[name] for name in found.columns}


def answer(frame: pl.DataFrame, form: type[Form], lookup: Lookup, seed: int) -> pl.DataFrame:
    """The frame with its column of reasons: null where none is asked for or none was given."""
    broken = verdicts(with_references(frame, form, lookup), form, Answer.REMARK)
    told = pl.Series(dice(seed, "reasons", form.name).random(frame.height) < GIVEN)
    reason = pl.lit(None, pl.String)
    for name, rows in broken.items():
        reason = pl.when(rows & told).then(pl.lit(REASONS.get(name, ELSE))).otherwise(reason)
    return frame.with_columns(reason.alias(EXPLANATION))
