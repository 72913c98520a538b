"""Growth that nothing carries: more students without teachers, rooms or beds; more qualified teachers without certificates."""

from __future__ import annotations

import numpy as np
import polars as pl

from metrics.signals.beside import compared
from metrics.signals.kinds.digits import at_limit
from metrics.signals.numbers import cells, label
from metrics.signals.panel import Sight
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from metrics.signals.statistics import NORMAL
from warehouse.arrays import Floats
from warehouse.text import Text

FAR = 3.5  # robust standard deviations: where a value is no longer usual
STUDENTS = Shown(pl.col("students"), Text("人", ""))
CARRIERS = ("full_time_teachers", "buildings", "workstations")  # beds are asked for by no form
TRACES = ("full_time_teachers", "classes", "buildings", "computers", "workstations", "books")
LEAST_GROWTH = 0.1
JUMP = 0.1  # of the dual-qualified share in a year
ROOM = 0.04  # growth that may differ by so much without meaning anything


def _mean(parts: Floats) -> Floats:
    """The mean of each row's known values; NaN where there is none."""
    known = np.isfinite(parts).sum(axis=1)
    found: Floats = np.nansum(parts, axis=1) / np.where(known > 0, known, np.nan)
    return found


def _centred(sight: Sight, logs: Floats) -> Floats:
    """Each column less the median of the row's similar schools."""
    return logs - np.stack([sight.alike.centre(column) for column in logs.T], axis=1)


def _scaled(sight: Sight, parts: Floats, floor: Floats | float) -> tuple[Floats, Floats]:
    """(parts, spread): each row's parts as shares of its mean in units of FAR; they add up to the mean's own distance."""
    mean = _mean(parts)
    is_far = NORMAL * np.abs(mean) >= floor * FAR  # of others the spread makes no difference
    wide = np.fmax(sight.alike.around(mean, is_far)[1], floor)
    number = np.maximum(np.isfinite(parts).sum(axis=1), 1)
    return NORMAL * parts / (number * wide * FAR)[:, None], wide


def _padding(sight: Sight) -> pl.DataFrame:
    now, then = sight.number("students"), sight.number("students__1")
    growth = sight.number((pl.col("students") / pl.col("students__1")).log())
    carried = sight.numbers([(pl.col(name) / pl.col(f"{name}__1")).log() for name in CARRIERS])
    apart = _centred(sight, growth[:, None] - carried)
    parts, wide = _scaled(sight, apart, np.sqrt(ROOM**2 + 1.0 / np.maximum(then, 1.0)))
    is_complete = sight.number("students_3__1") > 0  # a new school grows by a grade a year
    does_grow = (growth >= LEAST_GROWTH) & is_complete
    pieces = {
        name: np.where(does_grow, part, 0.0) for name, part in zip(CARRIERS, parts.T, strict=True)
    }
    reach = FAR * wide / NORMAL
    usual = np.log(np.maximum(now, 1.0)) - _mean(apart)
    return sight.answer(
        pieces, now, low=np.exp(usual - reach), high=np.exp(usual + reach), then=then,
        grown=100 * np.expm1(growth), teachers=sight.number("full_time_teachers"), rooms=sight.number("buildings"),
        teachers_then=sight.number("full_time_teachers__1"), rooms_then=sight.number("buildings__1"),
    )  # fmt: skip


PADDING = Signal(
    code="A9",
    title=Text("学生增长缺少条件支撑", "Students grow, what carries them does not"),
    question=Text("学生大幅增加时，教师、校舍、工位是否也增加？", "When students grow fast, do teachers, buildings and workstations grow too?"),
    family=Family.SERIES,
    tier=Tier.SOFT,
    says=(
        Text(
            "在校生一年由 {then:,.0f} 人增至 {value:,.0f} 人（+{grown:.0f}%），专任教师 {teachers_then:,.0f} → {teachers:,.0f} 人，校舍 {rooms_then:,.0f} → {rooms:,.0f} 平方米",
            "Students rose from {then:,.0f} to {value:,.0f} in a year (+{grown:.0f} %), full-time teachers went from {teachers_then:,.0f} to {teachers:,.0f}, buildings from {rooms_then:,.0f} to {rooms:,.0f} m²",
        ),
    ),
    pieces=tuple(
        Piece(name, Text(f"与{label(name).zh}的变化不符", f"out of step with: {label(name).en}"), cells("students", name))
        for name in CARRIERS
    ),
    by_similar=True,
    shown=(STUDENTS,),
    clears=Text("提供招生批复、录取名册，以及新增教师和校舍的材料。", "Show the admission plan and lists, and what was done for teachers and rooms."),
    find=_padding,
)  # fmt: skip


def _traces(sight: Sight) -> pl.DataFrame:
    apart = _centred(
        sight, sight.numbers([(pl.col(name) / pl.col("students")).log() for name in TRACES])
    )
    parts, wide = _scaled(sight, -apart, 0.08)
    reach = 100 * np.exp(-FAR * wide / NORMAL)
    pieces = dict(zip(TRACES, parts.T, strict=True))
    carried = 100 * np.exp(_mean(apart))
    return sight.answer(pieces, carried, low=reach, students=sight.number("students"))


GHOSTS = Signal(
    code="A6",
    title=Text("学生在校痕迹不足", "Too few traces of the students"),
    question=Text("教师、班级、校舍、计算机、图书能否对应在校生数？", "Do teachers, classes, rooms, computers and books correspond to the students?"),
    family=Family.PEERS,
    tier=Tier.SOFT,
    says=(
        Text("在校生 {students:,.0f} 人，教师、班级、校舍、设备合起来只达到相似学校同等学生的 {value:.0f}%", "For {students:,.0f} students there are only {value:.0f} % of the teachers, classes, rooms and equipment that similar schools have"),
    ),
    pieces=tuple(
        Piece(name, Text(f"{label(name).zh}偏少", f"few: {label(name).en}"), cells(name, "students")) for name in TRACES
    ),
    shown=(Shown(pl.col("students") / pl.col("full_time_teachers"), Text("生/师", "students per teacher"), 1),),
    by_similar=True,
    expects=Text("{peers} 所相似学校一般不低于 {low}%", "among {peers} similar schools it is usually at least {low} %"),
    clears=Text("现场点名，核对床位、就餐、教材征订和体质测试人数（报表不收，需现场取得）。", "Call the roll; count beds, meals, textbook orders and physical tests (no form asks for them)."),
    find=_traces,
)  # fmt: skip


def _dual(sight: Sight) -> pl.DataFrame:
    qualified, asked = sight.number("dual_qualified"), sight.number("specialty_teachers")
    share = sight.number(pl.col("dual_qualified") / pl.col("specialty_teachers"))
    before = sight.number(pl.col("dual_qualified__1") / pl.col("specialty_teachers__1"))
    step = share - before
    floor = 0.015 + 1 / np.maximum(asked, 1.0)
    usual = compared(step, sight.alike, floor=floor, far=FAR, asked=step >= JUMP)
    edge = at_limit(qualified, asked, before, ("dual_qualified", "dual_qualified_target"))
    jump = np.where(step >= JUMP, usual.z / FAR, 0.0)
    pieces = {"jump": jump, "edge": np.where(jump > 0, edge, 0.0)}
    return sight.answer(
        pieces, 100 * share, low=100 * np.maximum(before + usual.low, 0.0), high=100 * np.minimum(before + usual.high, 1.0),
        before=100 * before, qualified=qualified, asked=asked,
    )  # fmt: skip


DUAL = Signal(
    code="A14",
    title=Text("双师型比例突增", "Dual-qualified share jumps"),
    question=Text("双师型比例一年内大幅上升，或刚好达到要求？", "Does the share of dual-qualified teachers jump, or just reach what is asked?"),
    family=Family.SERIES,
    tier=Tier.SOFT,
    says=(
        Text("双师型教师占专业课教师由 {before:.1f}% 升至 {value:.1f}%（{qualified:,.0f}/{asked:,.0f} 人）", "Dual-qualified among specialty teachers rose from {before:.1f} % to {value:.1f} % ({qualified:,.0f} of {asked:,.0f})"),
    ),
    pieces=(
        Piece("jump", Text("一年内的升幅", "the rise in a year"), cells("dual_qualified", "specialty_teachers")),
        Piece("edge", Text("刚好达到要求", "just what is asked"), cells("dual_qualified"), Family.DIGITS),
    ),
    by_similar=True,
    shown=(Shown(pl.col("dual_qualified") / pl.col("specialty_teachers"), Text("%", "%"), 1, 100.0),),
    clears=Text("提供新增双师型教师的认定文件和证书日期。", "Show the decisions and dates of the new certificates."),
    find=_dual,
)  # fmt: skip
