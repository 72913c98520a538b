"""How numbers came in: corrected again and again, or changed a lot after they were first reported."""

from __future__ import annotations

import numpy as np
import polars as pl

from metrics.signals.beside import counted
from metrics.signals.kinds.practice import FAR, excess
from metrics.signals.numbers import FIRST, cells, label
from metrics.signals.panel import Sight, speaking
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from warehouse.text import Text

RETURNS = 3.0  # corrections that are not unusual
CHANGE = 0.1  # of a number, between first and last
SLIP = 5.0  # a difference up to five is a slip of the pen


def _corrections(sight: Sight) -> pl.DataFrame:
    each = np.ones(sight.frame.height)
    corrections, most = sight.number("corrections"), sight.number("most")
    found, of_one = (counted(one, each, sight.alike) for one in (corrections, most))
    is_many = corrections > RETURNS
    pieces = {
        "corrections": np.where(is_many, excess(found) / 2, 0.0),
        "one_form": np.where(is_many, excess(of_one) / 2, 0.0),
    }
    low, high = found.reach(speaking(pieces), FAR)
    return sight.answer(pieces, corrections, low=low, high=high, most=most, corrected=sight.number("corrected"), **found.rates(scale=1.0))  # fmt: skip


CORRECTED = Signal(
    code="A21",
    title=Text("反复更正", "Corrected again and again"),
    question=Text("报表更正的次数是否远多于相似学校？", "Are forms corrected far more often than at similar schools?"),
    family=Family.REPORTING,
    tier=Tier.SOFT,
    says=(
        Text("{corrected:.0f} 张表共更正 {value:.0f} 次，其中一张更正 {most:.0f} 次；相似学校平均 {similar:.1f} 次，全部学校平均 {everybody:.1f} 次", "{corrected:.0f} forms were corrected {value:.0f} times, one of them {most:.0f} times; {similar:.1f} times on average at similar schools, {everybody:.1f} at all schools"),
    ),
    pieces=(
        Piece("corrections", Text("更正总次数", "corrections in all"), ()),
        Piece("one_form", Text("单张表更正次数", "corrections of one form"), ()),
    ),
    by_similar=True,
    shown=(Shown(pl.col("corrections"), Text("次", "corrections")),),
    clears=Text("说明每次更正的原因和依据。", "Give the reason of each correction."),
    find=_corrections,
)  # fmt: skip


def _revised(sight: Sight) -> pl.DataFrame:
    names = list(FIRST)
    first = sight.numbers(names)
    now = sight.numbers([name.removeprefix("first_") for name in names])
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(np.log(now / first))
    is_changed = (change > np.log1p(CHANGE) + 1e-9) & (np.abs(now - first) > SLIP)
    parts = np.where(is_changed, np.minimum(change / np.log1p(CHANGE), 5.0), 0.0)
    case = parts.argmax(axis=1)
    rows = np.arange(len(case))
    pieces = dict(zip(names, parts.T, strict=True))
    return sight.answer(
        pieces, now[rows, case], low=first[rows, case] * (1 - CHANGE), high=first[rows, case] * (1 + CHANGE), first=first[rows, case],
        case=case.astype(np.float64), percent=100 * (now[rows, case] / np.where(first[rows, case] > 0, first[rows, case], np.nan) - 1),
    )  # fmt: skip


REVISED = Signal(
    code="A25",
    title=Text("更正幅度过大", "Changed a lot since first reported"),
    question=Text("定稿与初报相差是否超过一成？", "Do the final numbers differ by more than a tenth from those first reported?"),
    family=Family.REPORTING,
    tier=Tier.SOFT,
    says=tuple(
        Text(f"{label(name.removeprefix('first_')).zh}初报 {{first:,.0f}}，现为 {{value:,.0f}}（{{percent:+.0f}}%）",
             f"{label(name.removeprefix('first_')).en}: first reported as {{first:,.0f}}, now {{value:,.0f}} ({{percent:+.0f}} %)")
        for name in FIRST
    ),
    pieces=tuple(
        Piece(name, Text(f"{label(name.removeprefix('first_')).zh}的更正", f"the change of: {label(name.removeprefix('first_')).en}"), cells(name.removeprefix("first_")))
        for name in FIRST
    ),
    shown=tuple(Shown(pl.col(name.removeprefix("first_"))) for name in FIRST),
    expects=Text("初报上下一成为 {low} 至 {high}", "a tenth around what was first reported is {low} to {high}"),
    clears=Text("说明更正原因，附原始台账。", "Say why it was changed, with the school's own books."),
    find=_revised,
)  # fmt: skip
