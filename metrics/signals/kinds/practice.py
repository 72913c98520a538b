"""Internships and partners whose numbers differ from what similar schools report."""

from __future__ import annotations

import numpy as np
import polars as pl

from metrics.signals.beside import Counted, chosen, counted
from metrics.signals.numbers import RED_LINES, cells, label
from metrics.signals.panel import Sight, speaking
from metrics.signals.signal import Cell, Family, Piece, Shown, Signal, Tier
from metrics.signals.statistics import shared_out
from warehouse.arrays import Floats
from warehouse.text import Text

FAR = 3.0


def excess(found: Counted) -> Floats:
    """How far above what is expected, as a squared distance in units of FAR; 0 where not above."""
    above = np.maximum(found.residual, 0.0) / FAR
    return np.nan_to_num(above**2)


def _lines(sight: Sight) -> pl.DataFrame:
    hits = sight.numbers(RED_LINES)
    crossed = np.where(np.isfinite(hits).any(axis=1), np.nansum(hits, axis=1), np.nan)
    interns = sight.number("interns")
    found = counted(crossed, interns, sight.alike, FAR)
    parts = shared_out(excess(found), hits)
    pieces = dict(zip(RED_LINES, parts.T, strict=True))
    low, high = found.reach(speaking(pieces), FAR)
    return sight.answer(pieces, crossed, low=low, high=high, interns=interns, **found.rates())


LINES = Signal(
    code="A19",
    title=Text("实习触线人数异常", "Unusually many interns under red lines"),
    question=Text("报出的实习触线人数是否远多于相似学校？", "Are far more interns under red lines than at similar schools?"),
    family=Family.PRACTICE,
    tier=Tier.SOFT,
    says=(
        Text("实习学生 {interns:,.0f} 人，各条红线触及 {value:,.0f} 人次；每百名实习学生，相似学校 {similar:.1f} 人次，全部学校 {everybody:.1f} 人次", "{value:,.0f} cases under red lines among {interns:,.0f} interns; per hundred interns {similar:.1f} at similar schools and {everybody:.1f} at all schools"),
    ),
    pieces=tuple(Piece(name, label(name), cells(name)) for name in RED_LINES),
    by_similar=True,
    shown=(Shown(pl.sum_horizontal(RED_LINES, ignore_nulls=False), Text("人次", "cases")),),
    clears=Text("核对实习安排和填报口径；属实的按违规整改。（同一中介、企业用工比例等需要逐批次记录。）", "Check the placements and how they were counted; what is true is put right as a breach. (Agencies and shares of staff need records of single placements.)"),
    find=_lines,
)  # fmt: skip


def _partners(sight: Sight) -> pl.DataFrame:
    partners = sight.number("partners")
    idle, ended = (sight.number(name) for name in ("idle", "ended"))
    nothing = counted(idle, partners, sight.alike)
    over = counted(ended, partners, sight.alike)
    pieces = {"idle": excess(nothing), "ended": excess(over)}
    case = np.where(pieces["idle"] >= pieces["ended"], 0, 1)
    of = chosen([nothing, over], case)
    low, high = of.reach(speaking(pieces), FAR)
    return sight.answer(
        pieces, np.choose(case, [idle, ended]), low=low, high=high, case=case.astype(np.float64), partners=partners, **of.rates(),
    )  # fmt: skip


AGREEMENTS = Signal(
    code="A20",
    title=Text("合作协议有名无实", "Agreements in name only"),
    question=Text("协议是否过期，或没有任何人员、项目、设备往来？", "Have agreements ended, or has nobody and nothing been exchanged?"),
    family=Family.PRACTICE,
    tier=Tier.SOFT,
    says=(
        Text("合作企业 {partners:,.0f} 家，{value:,.0f} 家没有人员、项目或设备往来；相似学校为 {similar:.1f}%，全部学校为 {everybody:.1f}%", "Nothing was exchanged with {value:,.0f} of {partners:,.0f} partner enterprises; {similar:.1f} % at similar schools and {everybody:.1f} % at all schools"),
        Text("合作企业 {partners:,.0f} 家，{value:,.0f} 家的协议在学年开始前已到期；相似学校为 {similar:.1f}%，全部学校为 {everybody:.1f}%", "The agreements with {value:,.0f} of {partners:,.0f} partner enterprises had ended before the year began; {similar:.1f} % at similar schools and {everybody:.1f} % at all schools"),
    ),
    pieces=(
        Piece("idle", Text("无往来", "nothing exchanged"), (Cell("partner", "masters"), Cell("partner", "projects"))),
        Piece("ended", Text("已到期", "ended"), (Cell("partner", "ends_on"),)),
    ),
    by_similar=True,
    shown=(Shown(pl.col("partners"), Text("家", "partners")),),
    clears=Text("提供有效协议和合作记录，已终止的从表中删去。", "Show agreements in force and what was done; leave out what has ended."),
    find=_partners,
)  # fmt: skip
