"""What is far from similar schools, or from the school's own years: single ratios, single counts, and combinations of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from metrics.signals.alike import FEWEST
from metrics.signals.beside import Compared, chosen, compared, counted
from metrics.signals.multivariate import isolation, tails
from metrics.signals.numbers import cells, label
from metrics.signals.panel import LAGS, Sight, speaking
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from metrics.signals.statistics import NORMAL, modified_z, own_line
from warehouse.arrays import Floats
from warehouse.text import Text

FAR = 5.0  # robust standard deviations: where one value by itself begins to speak
NEAR = 3.5  # below it nothing is added
LEAST = 0.08  # a logarithm of a ratio that means nothing
RATIOS: dict[str, tuple[Text, str, str, int, float]] = {
    "students_per_teacher": (Text("生师比", "students per teacher"), "students", "full_time_teachers", 1, 1.0),
    "class_size": (Text("平均班额", "students per class"), "class_students", "classes", 1, 1.0),
    "buildings": (Text("生均校舍（平方米）", "m² of buildings per student"), "buildings", "students", 1, 1.0),
    "equipment": (Text("生均设备值（元）", "equipment per student (CNY)"), "equipment", "students", 0, 1.0),
    "books": (Text("生均图书（册）", "volumes per student"), "books", "students", 1, 1.0),
    "computers": (Text("每百名学生计算机", "computers per hundred students"), "computers", "students", 1, 100.0),
    "spending": (Text("生均支出（元）", "expenditure per student (CNY)"), "expenditure", "students", 0, 1.0),
    "dual": (Text("双师型占专业课教师（%）", "dual qualified among specialty teachers (%)"), "dual_qualified", "specialty_teachers", 1, 100.0),
    "specialty": (Text("专业课教师占专任教师（%）", "specialty among full-time teachers (%)"), "specialty_teachers", "full_time_teachers", 1, 100.0),
    "entrants": (Text("招生占在校生（%）", "entrants among students (%)"), "entrants", "students", 1, 100.0),
    "pay": (Text("实习月报酬（元/人）", "monthly pay of interns (CNY each)"), "pay_total", "pay_due", 0, 1.0),
    "hours": (Text("实习周工时（小时/人）", "weekly hours of interns"), "hours_total", "interns", 1, 1.0),
}  # fmt: skip
"""Words, numerator, denominator, decimals, scale."""


def _beyond(z: Floats, far: float, near: float) -> Floats:
    """Squared distance in units of `far`; 0 within `near`."""
    return np.where(np.abs(z) >= near, np.minimum((z / far) ** 2, 25.0), 0.0)


def _ratio(top: str, below: str, lag: str = "") -> pl.Expr:
    ratio = pl.col(f"{top}{lag}") / pl.col(f"{below}{lag}")
    # where grades are still to come, all students are entrants
    return pl.when(pl.col(f"students_3{lag}") > 0).then(ratio) if top == "entrants" else ratio


def _logs(sight: Sight, lag: str = "") -> Floats:
    """The logarithm of each ratio, of this year or of one before."""
    values = sight.numbers([_ratio(top, below, lag) for _, top, below, _, _ in RATIOS.values()])
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(values > 0, np.log(values), np.nan)
    return found


def _since(now: Floats, before: Floats) -> Floats:
    """What a distance has grown by since a year before, on the same side: what was as far then is how the school is."""
    is_same_side = np.sign(now) == np.sign(before)
    known = np.where(is_same_side, (before / FAR) ** 2, 0.0)
    found: Floats = np.maximum(_beyond(now, FAR, NEAR) - np.nan_to_num(known), 0.0)
    return found


def _beside(sight: Sight) -> tuple[Floats, list[Compared]]:
    """The logarithm of each ratio, and each beside similar schools."""
    logs = _logs(sight)
    return logs, [compared(column, sight.alike, LEAST) for column in logs.T]


def _before(sight: Sight, now: Floats, values: Floats) -> Floats:
    """Distances of a year before, of the schools that are far off now; NaN of all others, of whom nothing is asked."""
    middle, spread = sight.alike.around(values, np.abs(now) >= NEAR)
    return modified_z(values, middle, spread, LEAST)


def _ratios(sight: Sight) -> pl.DataFrame:
    logs, each = sight.once(_beside)
    before = [
        _before(sight, one.z, column)
        for one, column in zip(each, _logs(sight, "__1").T, strict=True)
    ]
    parts = np.nan_to_num(
        np.stack([_since(one.z, then) for one, then in zip(each, before, strict=True)], axis=1)
    )
    case = parts.argmax(axis=1)
    rows = np.arange(len(case))
    value, low, high = (
        np.exp(np.stack(columns, axis=1))[rows, case]
        for columns in (list(logs.T), [one.low for one in each], [one.high for one in each])
    )
    scale = np.array([one[4] for one in RATIOS.values()])[case]
    return sight.answer(
        dict(zip(RATIOS, parts.T, strict=True)), value * scale, low=low * scale, high=high * scale, case=case.astype(np.float64)
    )  # fmt: skip


UNLIKE = Signal(
    code="S1",
    title=Text("比值远离相似学校", "Ratios far from similar schools"),
    question=Text("生均、占比等比值是否远离相似学校，且上年并非如此？", "Do ratios lie far from those of similar schools, as they did not a year before?"),
    family=Family.PEERS,
    tier=Tier.SOFT,
    says=tuple(
        Text(f"{words.zh}为 {{value:,.{decimals}f}}", f"{{value:,.{decimals}f}} {words.en}")
        for words, _, _, decimals, _ in RATIOS.values()
    ),
    by_similar=True,
    pieces=tuple(
        Piece(name, words, cells(*dict.fromkeys((top, below)))) for name, (words, top, below, _, _) in RATIOS.items()
    ),
    shown=tuple(
        Shown(_ratio(top, below), decimals=decimals, scale=scale) for _, top, below, decimals, scale in RATIOS.values()
    ),
    clears=Text("核对分子、分母和单位；属实的说明原因。", "Check both numbers and their units; say why where it is true."),
    find=_ratios,
)  # fmt: skip

LAST_GRADES = (
    Text("上年三年级及以上在校生", "last year's students of grade 3 and above"),
    pl.col("students_3__1") + pl.col("students_4__1"),
)
START = Text("年初在校生", "students at the start"), pl.col("start")
STUDENTS = Text("在校生", "students"), pl.col("students")
COUNTS: dict[str, tuple[Text, pl.Expr]] = {
    "graduates": LAST_GRADES, "transferred_in": START, "dropped_out": START, "suspended": START,
    "unsettled": (Text("毕业生", "graduates"), pl.col("graduates")), "screened": STUDENTS, "counselled": STUDENTS, "obtained": LAST_GRADES,
    "part_time_teachers": (Text("专任教师", "full-time teachers"), pl.col("full_time_teachers")),
}  # fmt: skip
"""What is counted, and what it depends on."""
TOO_MANY = ("dropped_out", "suspended", "unsettled")  # too few of them is what A8 and A17 look at
COUNT_FAR, COUNT_NEAR = 4.0, 3.0


def _residuals(name: str, residual: Floats) -> Floats:
    counted_so = np.maximum(residual, 0.0) if name in TOO_MANY else residual
    return np.nan_to_num(_beyond(counted_so, COUNT_FAR, COUNT_NEAR))


def _counts(sight: Sight) -> pl.DataFrame:
    values = sight.numbers(list(COUNTS))
    each = [counted(sight.number(name), sight.number(of), sight.alike, COUNT_NEAR) for name, (_, of) in COUNTS.items()]  # fmt: skip
    parts = np.stack([_residuals(name, one.residual) for name, one in zip(COUNTS, each, strict=True)], axis=1)  # fmt: skip
    case = parts.argmax(axis=1)
    rows, of = np.arange(len(case)), chosen(each, case)
    pieces = dict(zip(COUNTS, parts.T, strict=True))
    low, high = of.reach(speaking(pieces), COUNT_NEAR)
    return sight.answer(
        pieces, values[rows, case], low=low, high=high, expected=of.expected, case=case.astype(np.float64), **of.rates()
    )  # fmt: skip


UNEXPECTED = Signal(
    code="S2",
    title=Text("人数远离相似学校", "Counts far from similar schools"),
    question=Text("按学校规模推算的人数与填报是否相差很大？", "Do counts differ much from what a school of its size would have?"),
    family=Family.PEERS,
    tier=Tier.SOFT,
    says=tuple(
        Text(
            f"{label(name).zh} {{value:,.0f}}；相似学校为{of.zh}的 {{similar:.1f}}%，全部学校为 {{everybody:.1f}}%，按此约 {{expected:,.0f}}",
            f"{label(name).en}: {{value:,.0f}}; {{similar:.1f}} % of {of.en} at similar schools and {{everybody:.1f}} % at all schools make about {{expected:,.0f}}",
        )
        for name, (of, _) in COUNTS.items()
    ),
    by_similar=True,
    pieces=tuple(Piece(name, label(name), cells(name)) for name in COUNTS),
    shown=tuple(Shown(pl.col(name)) for name in COUNTS),
    clears=Text("按名册核对人数；属实的说明原因。", "Count again by the lists; say why where it is true."),
    find=_counts,
)  # fmt: skip

SERIES = (
    "students", "entrants", "full_time_teachers", "staff", "buildings", "land", "equipment", "books", "computers", "expenditure", "classes",
)  # fmt: skip
USUAL_CHANGE = 0.05
FAR_OFF, NEARBY = 7.0, 5.0  # schools do build and buy: a line is left more easily than a group


class Line(NamedTuple):
    """One number against each school's own line, in logarithms: z, what comes next, and how far it may lie from that."""

    z: Floats
    expected: Floats
    reach: Floats


def _line(sight: Sight, name: str) -> Line:
    history = np.log1p(sight.numbers([f"{name}__{lag}" for lag in range(LAGS, 0, -1)]))
    now = np.log1p(sight.number(name))
    expected, own = own_line(history)
    chance = np.sqrt(USUAL_CHANGE**2 + NORMAL**2 * np.exp(-history[:, -1]))
    # three or four points may lie on a line by chance: how far similar schools leave theirs is believed too
    wide = np.fmax(own, chance)
    is_far = np.abs(modified_z(now, expected, wide, USUAL_CHANGE)) >= NEARBY
    wide = np.fmax(wide, sight.alike.around(now - expected, is_far)[1])
    return Line(modified_z(now, expected, wide, USUAL_CHANGE), expected, NEARBY * wide / NORMAL)


def _breaks(sight: Sight) -> pl.DataFrame:
    took_over = sight.number("took_over") == 1.0  # a merger is a break that is known
    lines = [_line(sight, name) for name in SERIES]
    beyond = np.stack([_beyond(one.z, FAR_OFF, NEARBY) for one in lines], axis=1)
    parts = np.where(took_over[:, None], 0.0, np.nan_to_num(beyond))
    case = parts.argmax(axis=1)
    rows = np.arange(len(case))
    expected, reach = (np.stack([one[at] for one in lines], axis=1)[rows, case] for at in (1, 2))
    return sight.answer(
        dict(zip(SERIES, parts.T, strict=True)), sight.numbers(SERIES)[rows, case], low=np.expm1(expected - reach),
        high=np.expm1(expected + reach), expected=np.expm1(expected), case=case.astype(np.float64),
    )  # fmt: skip


BROKEN = Signal(
    code="S3",
    title=Text("历年走势中断", "A break in its own years"),
    question=Text("今年的数是否偏离本校往年的走势？", "Does this year leave the line of the school's own years?"),
    family=Family.SERIES,
    tier=Tier.SOFT,
    says=tuple(
        Text(f"{label(name).zh} {{value:,.0f}}，按本校往年走势应为约 {{expected:,.0f}}", f"{label(name).en}: {{value:,.0f}}; by its own years it would be about {{expected:,.0f}}")
        for name in SERIES
    ),
    pieces=tuple(Piece(name, label(name), cells(name)) for name in SERIES),
    by_similar=True,
    shown=tuple(Shown(pl.col(name)) for name in SERIES),
    expects=Text("按本校往年走势和相似学校今年的变动，常见范围为 {low} 至 {high}", "by its own years, and as far as similar schools left theirs, {low} to {high} would be usual"),
    clears=Text("核对今年和往年的数；合并、迁址、扩建等请说明。", "Check this year and those before; say so where schools merged, moved or were enlarged."),
    find=_breaks,
)  # fmt: skip

FEATURES = ("students_per_teacher", "class_size", "buildings", "equipment", "books", "computers", "spending", "dual", "entrants", "hours")  # fmt: skip
TOP = 0.99  # the hundredth that lies furthest out
CLIPPED = 8.0


def _together(sight: Sight) -> pl.DataFrame:
    height = sight.frame.height
    if height < 5 * FEWEST:
        nothing = np.full(height, np.nan)
        return sight.answer({name: np.zeros(height) for name in FEATURES}, nothing)
    _, each = sight.once(_beside)
    z = np.stack([each[list(RATIOS).index(name)].z for name in FEATURES], axis=1)
    clipped = np.clip(z, -CLIPPED, CLIPPED)
    both = tails(clipped) + isolation(np.nan_to_num(clipped))
    apart = both - np.median(both, axis=0)
    reach = max(float(np.quantile(apart.sum(axis=1), TOP)), 1e-9)
    odd = np.nansum(np.abs(z) >= 2.0, axis=1).astype(np.float64)
    pieces = {name: part / reach for name, part in zip(FEATURES, apart.T, strict=True)}
    return sight.answer(pieces, odd, asked=np.isfinite(z).sum(axis=1).astype(np.float64))


COMBINED = Signal(
    code="S4",
    title=Text("多项组合罕见", "A rare combination"),
    question=Text("各项单看不奇怪，合起来是否罕见？", "Are the values rare together, though none may be by itself?"),
    family=Family.PEERS,
    tier=Tier.SOFT,
    says=(
        Text("{asked:.0f} 项比值的组合在范围内最罕见的百分之一，其中 {value:.0f} 项明显偏离相似学校", "The combination of {asked:.0f} ratios is among the rarest hundredth here; {value:.0f} of them are clearly unlike similar schools"),
    ),
    pieces=tuple(
        Piece(name, RATIOS[name][0], cells(*dict.fromkeys(RATIOS[name][1:3]))) for name in FEATURES
    ),
    by_similar=True,
    shown=(Shown(_ratio("students", "full_time_teachers"), Text("生/师", "students per teacher"), 1),),
    clears=Text("逐项核对，属实的说明办学特点。", "Check each of them; say what is special about the school where it is true."),
    find=_together,
)  # fmt: skip
