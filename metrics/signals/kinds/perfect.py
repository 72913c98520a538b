"""Values that stay too perfect: nobody leaves, everybody is placed, year after year. A small school may well be perfect: counts decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from metrics.signals.beside import Counted, chosen, counted, rate
from metrics.signals.numbers import cells, label
from metrics.signals.panel import Sight, speaking
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from metrics.signals.statistics import shared_out
from warehouse.arrays import Floats
from warehouse.text import Text

YEARS = 3
FAR = 3.0
LOSSES = ("dropped_out", "transferred_out", "suspended", "cancelled")
NOBODY = 0.005  # a share up to which nobody can be said to have left, or to be without a place


def _over_years(sight: Sight, names: Sequence[str]) -> Floats:
    """The sum of numbers over this year and the two before; NaN where one of the years is missing."""
    return sight.number(
        sum((pl.col(f"{n}{_lag(back)}") for n in names for back in range(YEARS)), pl.lit(0.0))
    )


def _lag(back: int) -> str:
    return f"__{back}" if back else ""


def _missing(found: Counted) -> Floats:
    """How far below what is expected, as a squared distance in units of FAR; 0 where not below."""
    below = np.minimum(found.residual, 0.0) / FAR
    return np.nan_to_num(below**2)


def _staying(sight: Sight) -> pl.DataFrame:
    left, exposed = _over_years(sight, LOSSES), _over_years(sight, ["start"])
    all_left = counted(left, exposed, sight.alike, FAR)
    each = np.stack([_short(sight, name, exposed) for name in LOSSES], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_perfect = (left / exposed <= NOBODY) & (exposed > 0)
    parts = shared_out(np.where(is_perfect, _missing(all_left), 0.0), each)
    pieces = dict(zip(LOSSES, parts.T, strict=True))
    low, high = all_left.reach(speaking(pieces), FAR)
    return sight.answer(pieces, left, low=low, high=high, exposed=exposed, expected=all_left.expected, **all_left.rates())  # fmt: skip


def _short(sight: Sight, name: str, exposed: Floats) -> Floats:
    """By how many fewer left in one way than is expected."""
    left = _over_years(sight, [name])
    found: Floats = rate(left, exposed, sight.alike).from_both * exposed - left
    return found


STAYING = Signal(
    code="A8",
    title=Text("三年几乎无人离校", "Hardly anybody leaves in three years"),
    question=Text("三年间退学、转出、休学、注销是否接近于零？", "Are departures of all kinds next to none for three years?"),
    family=Family.PERFECTION,
    tier=Tier.SOFT,
    says=(
        Text("三年合计 {exposed:,.0f} 人·年，退学、转出、休学、注销共 {value:,.0f} 人；相似学校为 {similar:.1f}%，全部学校为 {everybody:.1f}%，按此应有约 {expected:,.0f} 人", "Of {exposed:,.0f} students over three years {value:,.0f} dropped out, moved, paused or were struck off; {similar:.1f} % at similar schools and {everybody:.1f} % at all schools, which makes about {expected:,.0f} here"),
    ),
    pieces=tuple(
        Piece(name, Text(f"{label(name).zh}过少", f"too few: {label(name).en}"), cells(name, "start")) for name in LOSSES
    ),
    by_similar=True,
    shown=(Shown(pl.sum_horizontal(LOSSES, ignore_nulls=False) / pl.col("start"), Text("%", "%"), 1, 100.0),),
    clears=Text("提供学籍异动台账和考勤记录。", "Show the records of changes of status and the attendance."),
    find=_staying,
)  # fmt: skip

PLACED = pl.sum_horizontal(
    "employed", "self_employed", "enlisted", "further_study", "flexible", ignore_nulls=False
)
GONE = ("employed", "self_employed", "enlisted", "further_study", "flexible", "unsettled")


def _placing(sight: Sight) -> pl.DataFrame:
    unsettled, left = _over_years(sight, ["unsettled"]), _over_years(sight, GONE)
    employed = _over_years(sight, ["employed"])
    unmatched = employed - _over_years(sight, ["matched"])
    placed = counted(unsettled, left, sight.alike)
    fitting = counted(unmatched, employed, sight.alike)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_placed = (unsettled / left <= NOBODY) & (left > 0)
        is_fitting = (unmatched / employed <= NOBODY) & (employed > 0)
    pieces = {
        "unsettled": np.where(is_placed, _missing(placed), 0.0),
        "matched": np.where(is_fitting, _missing(fitting), 0.0),
    }
    case = np.where(pieces["unsettled"] >= pieces["matched"], 0, 1)
    of = chosen([placed, fitting], case)
    low, high = of.reach(speaking(pieces), FAR)
    return sight.answer(
        pieces, np.choose(case, [unsettled, unmatched]), low=low, high=high, expected=of.expected, case=case.astype(np.float64),
        asked=np.choose(case, [left, employed]), **of.rates(),
    )  # fmt: skip


PLACING = Signal(
    code="A17",
    title=Text("就业过于完美", "Placement that is too perfect"),
    question=Text("三年间是否人人落实去向、人人对口？", "Is everybody placed, and in their own field, for three years?"),
    family=Family.PERFECTION,
    tier=Tier.SOFT,
    says=(
        Text("三年毕业生 {asked:,.0f} 人，去向未落实 {value:,.0f} 人；相似学校为 {similar:.1f}%，全部学校为 {everybody:.1f}%，按此应有约 {expected:,.0f} 人", "Of {asked:,.0f} graduates in three years {value:,.0f} are without a destination; {similar:.1f} % at similar schools and {everybody:.1f} % at all schools, which makes about {expected:,.0f} here"),
        Text("三年直接就业 {asked:,.0f} 人，不对口 {value:,.0f} 人；相似学校为 {similar:.1f}%，全部学校为 {everybody:.1f}%，按此应有约 {expected:,.0f} 人", "Of {asked:,.0f} employed in three years {value:,.0f} work outside their field; {similar:.1f} % at similar schools and {everybody:.1f} % at all schools, which makes about {expected:,.0f} here"),
    ),
    pieces=(
        Piece("unsettled", Text("无人未落实", "nobody without a destination"), cells("unsettled")),
        Piece("matched", Text("人人对口", "everybody in their field"), cells("matched", "employed")),
    ),
    by_similar=True,
    shown=(
        Shown(PLACED / pl.sum_horizontal(GONE, ignore_nulls=False), Text("%", "%"), 1, 100.0),
        Shown(pl.col("matched") / pl.col("employed"), Text("%", "%"), 1, 100.0),
    ),
    clears=Text("提供合同、社保记录和回访名单，抽查电话核实。", "Show contracts, insurance records and the calls made; have some checked by telephone."),
    find=_placing,
)  # fmt: skip
