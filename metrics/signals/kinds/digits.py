"""Numbers that look chosen: a step without purchases, round digits, values just above a limit. Limits are those of the law."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from metrics.signals.beside import compared
from metrics.signals.numbers import FORMS, cells, numbers_of
from metrics.signals.panel import Sight
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from metrics.signals.statistics import chance_beside, hits_tail, last_digits_are_round
from warehouse import law
from warehouse.arrays import Floats
from warehouse.domains.monitoring import NINE
from warehouse.law import Addressee
from warehouse.text import Text

WINDOW = 0.02  # just above a limit
DIGITS = 4.0  # one in ten thousand by chance: where a piece alone begins to speak
FAR = 3.5
STEP = 0.3  # growth of equipment below which no purchases are asked for
OWN_WORDS = tuple(name for form in FORMS if form != "finance" for name in numbers_of(form))


def at_limit(part: Floats, whole: Floats, before: Floats, codes: Sequence[str]) -> Floats:
    """1/2 where a part is the smallest number that meets a share that the law asks for, and was less a year before; else 0."""
    found = np.zeros(len(part))
    for code in codes:
        share = law.entry(code).value / 100
        is_least = (part == np.ceil(share * whole)) & (before < share) & (whole >= 10)
        found = np.where(is_least, 0.5, found)
    return found


def beside_limits(sight: Sight) -> Floats:
    """Schools by the nine limits of school conditions: value over limit (limit over value for a ceiling), 1 and above is met."""
    found = np.full((sight.frame.height, len(NINE)), np.nan)
    province = pl.col("province").cast(pl.String).fill_null("").alias("province")
    asked = sight.frame.select(pl.col("school_class").fill_null(""), province, "founded", "unit_kind")  # fmt: skip
    values = {
        name: sight.number(top if below is None else pl.col(top) / pl.col(below))
        for name, (top, below) in NINE.items()
    }
    for key, rows in asked.with_row_index().group_by("school_class", "province"):
        at = rows.filter(pl.col("unit_kind") == "school")["index"].to_numpy()
        of = Addressee(school_class=str(key[0]), province=str(key[1]))
        for column, (name, value) in enumerate(values.items()):
            limit = law.by_later_law(name, sight.year, of)
            if limit is not None:
                ratio = value[at] / limit.value
                found[at, column] = 1 / ratio if limit.direction == "ceiling" else ratio
    return np.where(np.isfinite(found), found, np.nan)


def _edges(sight: Sight) -> tuple[Floats, Floats]:
    """(rarity in digits, how many limits are met by a hair): what lies just above, against what would if nobody aimed."""
    ratios = beside_limits(sight)
    chances = np.array([chance_beside(column, WINDOW) for column in ratios.T])
    is_edge = (ratios >= 1) & (ratios <= 1 + WINDOW)
    asked = np.where(np.isfinite(ratios), chances[None, :], np.nan)
    return -np.log10(hits_tail(asked, is_edge)), is_edge.sum(axis=1).astype(np.float64)


def _round(sight: Sight) -> tuple[Floats, Floats, Floats]:
    """(rarity in digits, how many numbers end in 0, of how many): against how often each number does over all schools."""
    rounded = last_digits_are_round(sight.numbers(OWN_WORDS))
    usual = (np.nansum(rounded, axis=0) + 0.5) / (np.isfinite(rounded).sum(axis=0) + 1.0)
    chances = np.where(np.isfinite(rounded), np.clip(usual, 0.1, 1.0)[None, :], np.nan)
    told = np.isfinite(rounded).sum(axis=1).astype(np.float64)
    return -np.log10(hits_tail(chances, rounded == 1.0)), np.nansum(rounded, axis=1), told


def _assets(sight: Sight) -> pl.DataFrame:
    equipment, before = sight.number("equipment"), sight.number("equipment__1")
    growth = sight.number((pl.col("equipment") / pl.col("equipment__1")).log())
    step = compared(growth, sight.alike, floor=0.08, far=FAR, asked=growth >= STEP)
    edge, edges = _edges(sight)
    digits, rounded, told = _round(sight)
    pieces = {
        "step": np.where(growth >= STEP, np.minimum(step.z / FAR, 5.0), 0.0),
        "round": np.where(digits >= DIGITS / 2, digits / DIGITS, 0.0),
        "edge": np.where((edges >= 2) & (edge >= DIGITS / 2), edge / DIGITS, 0.0),
    }
    case = np.nan_to_num(np.stack(list(pieces.values()))).argmax(axis=0)
    is_step = case == 0
    return sight.answer(
        pieces, np.choose(case, [equipment, rounded, edges]), low=np.where(is_step, before * np.exp(step.low), np.nan),
        high=np.where(is_step, before * np.exp(step.high), np.nan), case=case.astype(np.float64),
        before=before, grown=100 * np.expm1(growth), told=told,
    )  # fmt: skip


ASSETS = Signal(
    code="A15",
    title=Text("资产数字像是凑出来的", "Assets that look made up"),
    question=Text("设备值是否突增，数字是否集中于整数或刚过限值？", "Does equipment jump, do numbers end in 0 or lie just above limits?"),
    family=Family.DIGITS,
    tier=Tier.SOFT,
    says=(
        Text("设备值一年由 {before:,.0f} 元增至 {value:,.0f} 元（+{grown:.0f}%）", "Equipment rose from CNY {before:,.0f} to {value:,.0f} in a year (+{grown:.0f} %)"),
        Text("{told:.0f} 个三位以上的数中 {value:.0f} 个以 0 结尾", "Of {told:.0f} numbers of three digits or more {value:.0f} end in 0"),
        Text("九项办学条件中 {value:.0f} 项刚过限值，高出不到 2%", "{value:.0f} of the nine school conditions are met by less than 2 %"),
    ),
    pieces=(
        Piece("step", Text("设备值突增", "equipment jumps"), cells("equipment"), Family.SERIES),
        Piece("round", Text("尾数集中于 0", "numbers end in 0"), cells("students", "books", "equipment", "computers", "buildings")),
        Piece("edge", Text("刚过限值", "just above limits"), cells("land", "buildings", "full_time_teachers", "equipment", "books")),
    ),
    by_similar=True,
    shown=(Shown(pl.col("equipment"), Text("元", "CNY")), Shown(pl.col("students"), Text("人", "students"))),
    clears=Text("提供采购清单、固定资产明细账和验收单。", "Show the purchases, the register of assets and the acceptance papers."),
    find=_assets,
)  # fmt: skip
