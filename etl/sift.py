"""Typed rows by the form's rules: accepted or refused, with the breaches and remarks of the accepted.

A rule that says nothing (null: a part is absent) holds, for every rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from etl.harmonise import PLACE, SAID
from etl.reasons import REASONS, sentence
from etl.sheet import ROW
from warehouse import law
from warehouse.form import Answer, Fields, Form, Part, Rule, Secrecy
from warehouse.locked import Locked, keyed, locked
from warehouse.places import NATION
from warehouse.text import Text
from warehouse.totals import PROVINCE

BREAKS = {
    PLACE: pl.UInt32,
    "column": pl.String,
    "rule": pl.String,
    "answer": pl.String,
    "law": pl.String,
    "message_zh": pl.String,
    "message_en": pl.String,
    "todo_zh": pl.String,
    "todo_en": pl.String,
}
"""One row for each rule that a row breaks."""


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """`accepted` are the rows that may be true, as they came; `refused`, and `found` (breaches and remarks
    of accepted rows), are as BREAKS.
    """

    accepted: pl.DataFrame
    refused: pl.DataFrame
    found: pl.DataFrame


def sift(form: type[Form], year: int, rows: pl.DataFrame, context: pl.DataFrame) -> Sifted:
    """Rows (place, school_id, sheet_row, declared columns) against the rules in force in a year.

    `context` has school_id and one column for each number of other forms the rules refer to.
    """
    rules = [rule for rule in form.rules.values() if is_in_force(rule, year)]
    known = _with_context(form, rows, context)
    twice = _duplicates(form, known)
    barred = _barred(form, year, known, context)
    single = _without(known, pl.concat([twice, barred]))
    refused = _broken(form, single, [rule for rule in rules if rule.answer is Answer.REFUSED])
    kept = _without(single, refused)
    carried = [SAID + name for name in locked(form)]
    return Sifted(
        accepted=kept.drop(*form.refers, *carried),
        refused=pl.concat([twice, barred, refused]),
        found=_broken(form, kept, [*_milder(rules), *contradicted(form)]),
    )


def contradicted(form: type[Form]) -> list[Rule]:
    """For each locked number, what is said of a file that carries another one: the owner's stays."""
    return [_contradicted(one) for one in locked(form).values()]


def _contradicted(one: Locked) -> Rule:
    said, owner, label = pl.col(SAID + one.name), one.owner.title, one.label
    rule = Rule(
        answer=Answer.REMARK,
        holds=lambda _: said.is_null() | said.eq_missing(pl.col(one.name).cast(pl.String)),
        blame=one.name,
        says=Text(
            f"“{label.zh}”以《{owner.zh}》为准（{{{one.name}}}），文件所写 {{{SAID}{one.name}}} 未采用。",
            f"'{label.en}' is taken from {owner.en} ({{{one.name}}}); the {{{SAID}{one.name}}} of the file was not used.",
        ),
        todo=Text(f"有误的，在《{owner.zh}》中更正。", f"If it is wrong, correct it in {owner.en}."),
    )  # fmt: skip
    object.__setattr__(rule, "name", one.rule)
    return rule


def _milder(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.answer is not Answer.REFUSED]


def is_in_force(rule: Rule, year: int) -> bool:
    """A rule that rests on a limit speaks only of the years for which that limit is law."""
    return rule.law is None or law.in_force(rule.law, year) is not None


def _with_context(form: type[Form], rows: pl.DataFrame, context: pl.DataFrame) -> pl.DataFrame:
    if not form.refers:
        return rows
    own = keyed(form)
    wanted = context.select("school_id", *(name for name in form.refers if name not in own))
    known = rows.join(wanted, on="school_id", how="left", maintain_order="left")
    for one in own.values():
        known = _with_own(known, one, context.select("school_id", one.name))
    return known


def _with_own(rows: pl.DataFrame, one: Locked, context: pl.DataFrame) -> pl.DataFrame:
    """Each row with the owner's number of its key: 0 for a key that the owner does not have, null while it is not in."""
    key, is_in = one.total.by, "is_in"
    there = context.drop_nulls(one.name)
    cells = there.explode(one.name).select(
        "school_id", pl.col(one.name).struct.field("key").alias(key), pl.col(one.name).struct.field("value").alias(one.name)
    )  # fmt: skip
    found = rows.join(
        there.select("school_id", pl.lit(value=True).alias(is_in)), on="school_id", how="left", maintain_order="left"
    ).join(cells, on=["school_id", key], how="left", maintain_order="left")  # fmt: skip
    return found.with_columns(pl.when(is_in).then(pl.col(one.name).fill_null(0))).drop(is_in)


def _without(rows: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    if broken.is_empty():
        return rows
    return rows.join(broken.select(PLACE).unique(), on=PLACE, how="anti", maintain_order="left")


def _duplicates(form: type[Form], rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the same key: which of them holds cannot be told, so all are refused."""
    keys = form.grain()
    grain = ["school_id", *(key.name for key in keys)]
    if rows.select(grain).hash_rows().n_unique() == rows.height:  # then no two rows can be alike
        return pl.DataFrame(schema=BREAKS)
    again = rows.select(PLACE, ROW, *grain).filter(pl.struct(grain).is_duplicated())
    if again.is_empty():
        return pl.DataFrame(schema=BREAKS)
    first, last = pl.col(ROW).min().over(grain), pl.col(ROW).max().over(grain)
    other = {"other": pl.when(pl.col(ROW) == first).then(last).otherwise(first)}
    said, asked = REASONS["duplicate"]
    by = Text(
        "、".join(k.label.zh for k in keys) or "学校",
        ", ".join(k.label.en for k in keys) or "school",
    )
    rule = Rule(
        answer=Answer.REFUSED, holds=lambda _: pl.lit(value=False), blame=grain[-1] if keys else "",
        says=Text(said.zh.replace("{keys}", by.zh), said.en.replace("{keys}", by.en)), todo=asked,
    )  # fmt: skip
    return _told(again, "duplicate", rule, (other, other))


def _barred(form: type[Form], year: int, rows: pl.DataFrame, context: pl.DataFrame) -> pl.DataFrame:
    """Rows with a code that the warehouse added, where it is not for this school's province or not for this year."""
    found = [pl.DataFrame(schema=BREAKS)]
    for column in form.columns.values():
        if column.codes is None or not column.codes.added:
            continue
        added = pl.DataFrame(
            [(a.code, a.place_id, a.from_year, a.to_year) for a in column.codes.added],
            schema={"code": pl.String, "for": pl.Int64, "from": pl.Int64, "to": pl.Int64}, orient="row",
        )  # fmt: skip
        used = rows.select(PLACE, "school_id", code=pl.col(column.name)).join(added, on="code", maintain_order="left")  # fmt: skip
        homes = _province(context)
        placed = used.join(
            homes, on="school_id", how="left", maintain_order="left"
        ).with_columns(
            ours=(pl.col("for") == NATION) | (pl.col("for") == pl.col(PROVINCE)).fill_null(value=False),
            now=(pl.col("from") <= year) & (pl.col("to").fill_null(year) >= year),
        )  # fmt: skip
        told = placed.group_by(PLACE, "code", maintain_order=True).agg(
            ours=pl.col("ours").any(), good=(pl.col("ours") & pl.col("now")).any()
        )
        found += [
            _told_of(told.filter(~pl.col("ours")), "not_filed", column.name),
            _told_of(told.filter(pl.col("ours") & ~pl.col("good")), "not_in_force", column.name),
        ]
    return pl.concat(found)


def _province(context: pl.DataFrame) -> pl.DataFrame:
    """school_id and the province of each; nobody's where the context does not say."""
    if PROVINCE in context.columns:
        return context.select("school_id", PROVINCE)
    return context.select("school_id", pl.lit(None, dtype=pl.Int64).alias(PROVINCE))


def _told_of(rows: pl.DataFrame, name: str, blame: str) -> pl.DataFrame:
    said, asked = REASONS[name]
    rule = Rule(
        answer=Answer.REFUSED, holds=lambda _: pl.lit(value=False), blame=blame, says=said, todo=asked
    )  # fmt: skip
    slot = {"code": pl.col("code")}
    return _told(rows, name, rule, (slot, slot))


def _broken(form: type[Form], rows: pl.DataFrame, rules: list[Rule]) -> pl.DataFrame:
    """One row for each rule and row that breaks it, all rules evaluated in one pass."""
    if not rules or rows.is_empty():
        return pl.DataFrame(schema=BREAKS)
    fields = Fields(form)
    verdicts = rows.select(
        (~rule.holds(fields).fill_null(value=True)).alias(rule.name) for rule in rules
    )
    spoken = slots(form, "zh"), slots(form, "en")
    broken = [
        _told(rows.filter(verdicts[rule.name]), rule.name, rule, spoken)
        for rule in rules
        if verdicts[rule.name].any()
    ]
    return pl.concat(broken) if broken else pl.DataFrame(schema=BREAKS)


Slots = Mapping[str, pl.Expr]


def _told(rows: pl.DataFrame, name: str, rule: Rule, spoken: tuple[Slots, Slots]) -> pl.DataFrame:
    zh, en = spoken
    return rows.select(
        PLACE,
        pl.lit(rule.blame or None, dtype=pl.String).alias("column"),
        pl.lit(name).alias("rule"),
        pl.lit(rule.answer.value).alias("answer"),
        pl.lit(rule.law, dtype=pl.String).alias("law"),
        sentence(rule.says.zh, zh).alias("message_zh"),
        sentence(rule.says.en, en).alias("message_en"),
        sentence(rule.todo.zh, zh).alias("todo_zh"),
        sentence(rule.todo.en, en).alias("todo_en"),
    )


def slots(form: type[Form], lang: str) -> dict[str, pl.Expr]:
    """Every column a sentence may speak of: codes by their labels, a sensitive text never."""
    spoken = {name: pl.col(name) for name in form.refers}
    spoken |= {SAID + name: pl.col(SAID + name) for name in locked(form)}
    for name, column in form.columns.items():
        if column.codes is not None:
            labels = {code: label.of(lang) for code, label in column.codes.labels.items()}
            spoken[name] = pl.col(name).replace(labels)
        elif column.secrecy is Secrecy.SENSITIVE and column.part is not Part.MEASURE:
            spoken[name] = pl.lit("…")
        else:
            spoken[name] = pl.col(name)
    return spoken
